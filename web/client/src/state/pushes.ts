/** What each push changes. Told twice, or told what a snapshot has already, nothing changes. */
import type { Message, Ready } from "../../../contract/index.ts";
import * as connection from "./connection.ts";
import * as conversations from "./conversations.ts";
import type { Push } from "./inputs.ts";
import * as messages from "./messages.ts";
import * as notices from "./notices.ts";
import * as outbox from "./outbox.ts";
import { toldPresence } from "./presence.ts";
import * as session from "./session.ts";
import { nobodyTypes, typed, typedOut } from "./typing.ts";
import * as unread from "./unread.ts";
import { me, type Whole } from "./whole.ts";

export function pushed(whole: Whole, { name, body }: Push, at: number): Whole {
  switch (name) {
    case "ready":
      return ready(whole, body, at);
    case "message.sent":
      return said(whole, body.message);
    case "message.edited":
    case "message.deleted":
      return revised(whole, body.message);
    case "conversation.read":
      return body.user_id === me(whole) ? unread.readElsewhere(whole, body) : messages.readBy(whole, body);
    case "conversation.updated":
      return conversations.updated(whole, body);
    case "unread":
      return unread.stated(whole, body);
    case "group.created":
      return conversations.groupTold(whole, body, true);
    case "group.updated":
      return conversations.groupTold(whole, body, false);
    case "group.deleted":
      return gone(whole, body.conversation.conversation_id, body.conversation.version);
    case "presence":
      return toldPresence(whole, body.people);
    case "typing":
      return typed(whole, body.conversation_id, body.user_id, at);
    case "notice":
      return notices.toldNotice(whole, body);
    case "notice.dismissed":
      return notices.dismissed(whole, body.notice_id);
    case "connection.warning":
      return connection.warned(whole, body.code, body.reconnect_after_ms !== undefined);
    case "session.ended":
      return connection.warned(whole, body.code, true);
    default:
      return whole; // said by a newer server
  }
}

/** A message that is there now, pushed or acknowledged. `to`: whom it was sent to. */
export function said(whole: Whole, message: Message, to?: string): Whole {
  const writtenTo = to ?? recipient(whole, message);
  const known = conversations.said(whole, message, writtenTo);
  const begun = writtenTo === undefined ? known : messages.begun(known, message);
  return typedOut(outbox.sent(messages.said(begun, message), message), message);
}

export function revised(whole: Whole, message: Message): Whole {
  return messages.revised(conversations.revised(whole, message), message);
}

export function gone(whole: Whole, conversationId: string, version?: number): Whole {
  const without = conversations.gone(whole, conversationId, version);
  const next = unread.unreading(nobodyTypes(without, conversationId), conversationId);
  if (!next.threads.has(conversationId)) return next;
  return { ...next, threads: new Map([...next.threads].filter(([id]) => id !== conversationId)) };
}

function ready(whole: Whole, body: Ready, at: number): Whole {
  const known = limited(notices.waitingNotices(session.as(whole, body.user), body.notices), body.limits);
  if (body.snapshot === undefined) return connection.ready(known, body, at);
  const anew = conversations.snapshot(
    { ...known, threads: stillShown(known, body.snapshot.conversations) },
    body.snapshot,
  );
  return connection.ready(unread.stated(anew, body.snapshot.unread), body, at);
}

function limited(whole: Whole, limits: Ready["limits"]): Whole {
  return limits === undefined || JSON.stringify(limits) === JSON.stringify(whole.limits) ? whole : { ...whole, limits };
}

/** The thread that was opened last stays until it is loaded anew; the others are loaded when they are opened. */
function stillShown(whole: Whole, told: readonly { conversation_id: string }[]): Whole["threads"] {
  const last = [...whole.threads].slice(-1);
  return new Map(last.filter(([id]) => told.some((one) => one.conversation_id === id)));
}

/** Of a message from here that is not acknowledged yet. */
function recipient(whole: Whole, message: Message): string | undefined {
  const pending = whole.outbox.find((one) => one.clientMessageId === message.client_message_id);
  return pending !== undefined && "userId" in pending.to ? pending.to.userId : undefined;
}
