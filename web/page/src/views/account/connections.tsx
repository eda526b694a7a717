/** One line for all who lost their connection, and one for all who are back: a room of agents may do so at once. */
import type { Notice } from "parley-client";
import { useParley } from "../../parley.ts";
import { t } from "../../text/index.ts";
import { Banner } from "../../ui/banner.tsx";
import { placeNamed } from "./notice-text.ts";

const NAMED_MAX = 4;

interface ConnectionsProps {
  code: "connection_lost" | "connection_restored";
  notices: readonly Notice[];
  onDismiss: (...notices: readonly Notice[]) => void;
}

export function Connections({ code, notices, onDismiss }: ConnectionsProps) {
  const ids = [...new Set(notices.flatMap(({ user_ids = [] }) => user_ids))];
  const names = useParley((state) =>
    ids
      .slice(0, NAMED_MAX)
      .map((id) => state.people.get(id)?.user.name ?? "")
      .join("\n"),
  ).split("\n");
  const name = names[0] || placeNamed(notices[0]!) || t("notice.somebody");
  const more = ids.length - names.length;
  return (
    <Banner severity={notices[0]!.severity} onDismiss={() => onDismiss(...notices)}>
      <span>{t(`notice.${code}`, { count: Math.max(1, ids.length), name })}</span>
      {ids.length > 1 && (
        <ul class="notice__places">
          {names.map((name, at) => (
            <li key={ids[at]}>
              <bdi>{name || t("person.unknown")}</bdi>
            </li>
          ))}
          {more > 0 && <li>{t("change.others", { count: more })}</li>}
        </ul>
      )}
    </Banner>
  );
}
