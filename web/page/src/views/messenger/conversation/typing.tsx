/** Who is typing. It has its place always, so that nothing moves when somebody begins. */
import { useEffect, useState } from "preact/hooks";
import { useParley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { nameOf } from "../naming.ts";
import "./typing.css";

const NAMED_MAX = 2;

export function TypingLine({ conversationId }: { conversationId: string | undefined }) {
  const until = useParley((state) => (conversationId === undefined ? undefined : state.typing.get(conversationId)));
  const [, draw] = useState(0);
  const now = Date.now();
  const ids = [...(until ?? [])].filter(([, end]) => end > now).map(([id]) => id);
  const next = Math.min(...[...(until?.values() ?? [])].filter((end) => end > now));
  useEffect(() => {
    if (!Number.isFinite(next)) return;
    const timer = setTimeout(() => draw((count) => count + 1), next - Date.now() + 10);
    return () => clearTimeout(timer);
  }, [next]);
  const names = useParley((state) =>
    ids
      .slice(0, NAMED_MAX)
      .map((id) => nameOf(state, id))
      .join("\n"),
  ).split("\n");
  return (
    <p class="typing">
      {ids.length > 0 && (
        <>
          <span class="typing__dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          {ids.length > NAMED_MAX
            ? t("typing.many")
            : t(ids.length === 2 ? "typing.two" : "typing.one", { name: names[0] ?? "", other: names[1] ?? "" })}
        </>
      )}
    </p>
  );
}
