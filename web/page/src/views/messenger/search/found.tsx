/** A message that was found: where, by whom and when, with the words that found it. */
import type { Message } from "parley-client";
import { useParley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { Avatar } from "../../../ui/marks.tsx";
import { useName } from "../conversation/names.ts";
import { momentOf, wholeOf } from "../conversation/times.ts";
import { titleOf } from "../naming.ts";
import { excerptOf, partsOf } from "./words.ts";

interface FoundProps {
  message: Message;
  words: readonly string[];
  onChoose: (message: Message) => void;
}

export function Found({ message, words, onChoose }: FoundProps) {
  const name = useName(message.sender_id);
  const where = useParley((state) => {
    const conversation = state.conversations.get(message.conversation_id);
    if (!conversation) return "";
    const title = titleOf(state, conversation);
    return conversation.kind === "group" ? t("search.in_group", { name: title }) : t("search.with", { name: title });
  });
  return (
    <li>
      <button type="button" class="found" onClick={() => onChoose(message)}>
        <Avatar id={message.sender_id} name={name} />
        <span class="found__main">
          <span class="found__head">
            <b dir="auto">{name}</b>
            <span class="found__where">{where}</span>
            <time dateTime={message.sent_at} title={wholeOf(message.sent_at)}>
              {momentOf(message.sent_at)}
            </time>
          </span>
          <span class="found__text" dir="auto">
            {excerptOf(partsOf(message.text, words)).map((part, at) =>
              part.isFound ? <mark key={at}>{part.text}</mark> : part.text,
            )}
          </span>
        </span>
      </button>
    </li>
  );
}
