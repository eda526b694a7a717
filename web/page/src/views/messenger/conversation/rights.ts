/** What one may do with a message. The server decides; this is what is offered. */
import type { Conversation, Limits, Message, User } from "parley-client";

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
  limits: Limits | undefined,
  now = Date.now(),
): Rights {
  const isThere = !message.deleted_at;
  const isSaid = isThere && !message.change;
  const mayWrite = conversation?.may_write !== false;
  const isOwn = isSaid && message.sender_id === user?.user_id;
  const isWithin = (window_s = Number.POSITIVE_INFINITY) => now - Date.parse(message.sent_at) < window_s * 1_000;
  return {
    reply: isSaid && mayWrite,
    edit: isOwn && mayWrite && isWithin(limits?.edit_window_s),
    remove: isThere && ((isOwn && isWithin(limits?.delete_window_s)) || user?.role === "admin"),
    copy: isSaid,
  };
}
