/** Who of a small group has read a message, and who has not yet. */
import type { Conversation, Message } from "parley-client";
import { useParley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { Avatar } from "../../../ui/marks.tsx";
import { useName } from "./names.ts";
import "./readers.css";

interface ReadersProps {
  message: Message;
  conversation: Conversation;
  onClose: () => void;
}

export function Readers({ message, conversation, onClose }: ReadersProps) {
  const readers = useParley((state) => state.threads.get(conversation.conversation_id)?.readers);
  const others = (conversation.member_ids ?? []).filter((id) => id !== message.sender_id);
  const hasRead = (id: string) => (readers?.get(id) ?? 0) >= message.seq;
  return (
    <Dialog title={t("readers.title")} onClose={onClose}>
      <People title={t("readers.read")} ids={others.filter(hasRead)} />
      <People title={t("readers.unread")} ids={others.filter((id) => !hasRead(id))} />
    </Dialog>
  );
}

function People({ title, ids }: { title: string; ids: readonly string[] }) {
  if (ids.length === 0) return null;
  return (
    <section class="readers">
      <h3>
        {title} <span>{ids.length}</span>
      </h3>
      <ul>
        {ids.map((id) => (
          <Person key={id} id={id} />
        ))}
      </ul>
    </section>
  );
}

function Person({ id }: { id: string }) {
  const name = useName(id);
  return (
    <li class="readers__one">
      <Avatar id={id} name={name} />
      <span dir="auto">{name}</span>
    </li>
  );
}
