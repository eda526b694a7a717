/** Reads what others write here to whoever listens instead of looking: politely, and of many at once how many. */
import { useEffect, useState } from "preact/hooks";
import { parley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { changeInWords } from "../change.ts";
import { nameOf } from "../naming.ts";

const PAUSE_MS = 1_500;
const READ_CHARS_MAX = 300;

export function Announcer({ conversationId }: { conversationId: string | undefined }) {
  const [said, say] = useState("");
  useEffect(() => {
    let waiting: string[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = parley.onHappening((happening) => {
      if (happening.kind !== "message" || happening.isMine || happening.message.conversation_id !== conversationId)
        return;
      const { message } = happening;
      const name = nameOf(parley.state, message.sender_id);
      const text = changeInWords(parley.state, message) || message.text.slice(0, READ_CHARS_MAX);
      waiting.push(message.change ? text : t("conversation.heard", { name, text }));
      timer ??= setTimeout(() => {
        say(waiting.length > 2 ? t("conversation.heard_many", { count: waiting.length }) : waiting.join("\n"));
        waiting = [];
        timer = undefined;
      }, PAUSE_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [conversationId]);
  return (
    <div class="only-read" role="status">
      {said}
    </div>
  );
}
