/** What one may do with a message. The server decides; this is what is offered. */
import type { Conversation, Message, User } from "parley-client";

/** So long after sending it a message is edited and deleted by its author, unless the server is set otherwise. */
const WINDOW_MS = 86_400_000;

export interface Rights {
  readonly reply: boolean;
  readonly edit: boolean;
  readonly remove: boolean;
  readonly copy: boolean;
}

export function rightsOn(
  message: Message,
  conversation: Conversation | undefined,
  user: User | undefined,
  now = Date.now(),
): Rights {
  const isThere = !message.deleted_at;
  const isSaid = isThere && !message.change;
  const mayWrite = conversation?.may_write !== false;
  const isOwn = isSaid && message.sender_id === user?.user_id && now - Date.parse(message.sent_at) < WINDOW_MS;
  return {
    reply: isSaid && mayWrite,
    edit: isOwn && mayWrite,
    remove: isThere && (isOwn || user?.role === "admin"),
    copy: isSaid,
  };
}
