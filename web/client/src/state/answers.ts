/** What answers change. Pushes may have overtaken them. */
import type { Message } from "../../../contract/index.ts";
import * as conversations from "./conversations.ts";
import type { Answered } from "./inputs.ts";
import { readersTold } from "./messages.ts";
import { dismissed } from "./notices.ts";
import { sent } from "./outbox.ts";
import { knowUsers } from "./people.ts";
import { toldPresence } from "./presence.ts";
import { gone, revised, said } from "./pushes.ts";
import * as session from "./session.ts";
import { putBack, readAnswered } from "./unread.ts";
import { me, type Whole, withOwn } from "./whole.ts";

export function answered(whole: Whole, { name, request, answer }: Answered, asked: Whole): Whole {
  switch (name) {
    case "message.send":
      return isOfBefore(whole, answer.message, asked)
        ? sent(whole, answer.message)
        : said(whole, answer.message, request.to.user_id);
    case "message.edit":
    case "message.delete":
      return revised(whole, answer.message);
    case "conversation.get":
      return readersTold(
        conversations.told(whole, answer.conversation, asked),
        answer.conversation.conversation_id,
        answer.conversation.readers ?? [],
        asked,
      );
    case "conversation.update":
    case "group.create":
      return conversations.told(whole, answer.conversation, asked);
    case "group.update": // also of groups that a leader does not belong to
      return whole.conversations.has(answer.conversation.conversation_id)
        ? conversations.told(whole, answer.conversation, asked)
        : whole;
    case "group.delete":
      return gone(whole, request.conversation_id);
    case "conversation.list":
      return listed(whole, answer, asked, request.cursor);
    case "conversation.read":
      return readAnswered(whole, answer, asked);
    case "conversation.mark_unread":
      return putBack(whole, answer, asked);
    case "me.get":
      return session.as(whole, answer.user);
    case "user.get":
    case "user.create":
    case "user.update":
      return answer.user.user_id === me(whole) ? session.as(whole, answer.user) : knowUsers(whole, [answer.user]);
    case "user.list":
      return knowUsers(whole, answer.users);
    case "presence.list":
    case "presence.watch":
    case "presence.set":
      return toldPresence(whole, answer.people);
    case "notice.dismiss":
      return dismissed(whole, request.notice_id);
    default:
      return whole;
  }
}

/** Whoever left a group and belongs to it again sees what came after: not what they wrote before. */
function isOfBefore(whole: Whole, { conversation_id: id, seq }: Message, asked: Whole): boolean {
  const gone = whole.own.gone.get(id);
  if (gone !== undefined && gone !== asked.own.gone.get(id)) return true;
  const known = whole.conversations.get(id);
  return known !== undefined && known.last_message === undefined && seq <= known.last_seq;
}

function listed(
  whole: Whole,
  answer: Extract<Answered, { name: "conversation.list" }>["answer"],
  asked: Whole,
  cursor: string | undefined,
): Whole {
  const next = answer.conversations.reduce((now, one) => conversations.told(now, one, asked), whole);
  if (cursor === undefined || cursor !== whole.own.nextCursor) return next; // not the page that was missing
  const { nextCursor: _, ...own } = next.own;
  const goesOn = answer.next_cursor === undefined ? own : { ...own, nextCursor: answer.next_cursor };
  return withOwn({ ...next, moreConversations: answer.next_cursor !== undefined, own: goesOn }, {});
}
