/** Conversations as pushes, answers and snapshots tell them: whatever comes first, and however often, the newest counts. */
import type { Conversation, GroupPush, Message, Snapshot, UpdatedPush } from "../../../contract/index.ts";
import { newest } from "./messages.ts";
import { placed, sorted } from "./order.ts";
import { SharedMap } from "./shared_map.ts";
import { me, type Whole, withOwn } from "./whole.ts";

/** Instead of everything that was there. */
export function snapshot(whole: Whole, told: Snapshot): Whole {
  const conversations = SharedMap.of(told.conversations.map((one) => [one.conversation_id, one] as const));
  const { nextCursor: _, ...own } = whole.own;
  return {
    ...whole,
    conversations,
    order: sorted(told.conversations),
    moreConversations: told.next_cursor !== undefined,
    typing: new Map(),
    own: {
      ...own,
      incomplete: new Set(),
      reading: new Map([...own.reading].filter(([id]) => conversations.has(id))),
      lately: [],
      gone: new Map(),
      updates: new Map(),
      ...(told.next_cursor === undefined ? {} : { nextCursor: told.next_cursor }),
    },
  };
}

/** `to`: the person it was sent to, where that is known. */
export function said(whole: Whole, message: Message, to?: string): Whole {
  const id = message.conversation_id;
  const isMine = message.sender_id === me(whole);
  const known = whole.conversations.get(id);
  const before = known ?? begun(whole, message, isMine ? to : message.sender_id);
  const isNewOwn = reads(message, isMine) && before.read_seq !== undefined && message.seq > (known?.last_seq ?? 0);
  const changed: Conversation = {
    ...before,
    last_seq: Math.max(before.last_seq, message.seq),
    last_message: newest(before.last_message, message),
    ...(isNewOwn ? { read_seq: message.seq } : {}),
  };
  if (known !== undefined && !isNewOwn && isSameEnd(known, changed)) return whole; // told already
  const next = put(whole, changed);
  return known === undefined && changed.name === undefined ? incomplete(next, id) : next;
}

/** Who says something has read what was said before; who changes a group has not. */
const reads = (message: Message, isMine: boolean): boolean => isMine && message.change === undefined;

const isSameEnd = (one: Conversation, other: Conversation): boolean =>
  one.last_seq === other.last_seq && one.last_message === other.last_message;

/** Edited or deleted. */
export function revised(whole: Whole, message: Message): Whole {
  const known = whole.conversations.get(message.conversation_id);
  if (known?.last_message?.seq !== message.seq) return whole;
  const last_message = newest(known.last_message, message);
  return last_message === known.last_message ? whole : put(whole, { ...known, last_message });
}

/** A group as it is for all; where its reader stands is kept. Who joins has read what was said before. */
export function groupTold(whole: Whole, { conversation: told }: GroupPush, isJoined: boolean): Whole {
  const known = whole.conversations.get(told.conversation_id);
  const next = put(whole, withMine(whole, shared(known, told), known));
  if (isJoined) return complete(next, told.conversation_id);
  return known === undefined ? incomplete(next, told.conversation_id) : next;
}

/** `version`: of the group, where it was taken away by a change. */
export function gone(whole: Whole, conversationId: string, version = 0): Whole {
  const known = complete(whole, conversationId);
  const next = version > 0 ? withOwn(known, { gone: new Map(known.own.gone).set(conversationId, version) }) : known;
  if (!whole.conversations.has(conversationId)) return next;
  const order = whole.order.filter((one) => one !== conversationId);
  return { ...next, conversations: whole.conversations.without(conversationId), order };
}

/** Muted and pinned, by the version of that. */
export function updated(whole: Whole, { conversation_id: id, muted, pinned, version }: UpdatedPush): Whole {
  const known = whole.conversations.get(id);
  if (known === undefined || version < (whole.own.updates.get(id) ?? 0)) return whole;
  const next = withOwn(whole, { updates: new Map(whole.own.updates).set(id, version) });
  return put(next, { ...known, muted, pinned });
}

/** From an answer, which pushes may have overtaken. `asked`: what was known when it was asked. */
export function told(whole: Whole, answer: Conversation, asked: Whole): Whole {
  const id = answer.conversation_id;
  const known = whole.conversations.get(id);
  if ((answer.version ?? 0) < (whole.own.gone.get(id) ?? 0)) return complete(whole, id);
  const { readers: _, ...conversation } = answer;
  if (known === undefined) return complete(put(whole, conversation), id);
  const since = asked.own.updates.get(id) !== whole.own.updates.get(id);
  const isOlder = (answer.version ?? 0) < (known.version ?? 0);
  const isAnswerNewer = answer.last_seq >= known.last_seq;
  const mine = isMarkerNewer(answer, known) ? answer : known;
  return complete(
    put(whole, {
      ...shared(known, conversation),
      read_seq: mine.read_seq ?? 0,
      read_version: mine.read_version ?? 0,
      unread: (isAnswerNewer && mine === answer ? answer : known).unread ?? 0,
      may_write: (isOlder ? known : answer).may_write ?? true,
      muted: (since ? known : answer).muted ?? false,
      pinned: (since ? known : answer).pinned ?? false,
    }),
    id,
  );
}

export function put(whole: Whole, conversation: Conversation): Whole {
  const conversations = whole.conversations.with(conversation.conversation_id, conversation);
  return { ...whole, order: placed(whole, conversation), conversations };
}

export function incomplete(whole: Whole, id: string): Whole {
  return withOwn(whole, { incomplete: new Set(whole.own.incomplete).add(id) });
}

function complete(whole: Whole, id: string): Whole {
  if (!whole.own.incomplete.has(id)) return whole;
  return withOwn(whole, { incomplete: new Set([...whole.own.incomplete].filter((one) => one !== id)) });
}

/** What is the same for all: of two tellings that with the higher version, with the newest message of both. */
function shared(known: Conversation | undefined, told: Conversation): Conversation {
  if (known === undefined) return told;
  const newer = (told.version ?? 0) >= (known.version ?? 0) ? told : known;
  const name = newer.name ?? known.name; // a direct one's is not always told
  const last = known.last_message && told.last_message ? newest(known.last_message, told.last_message) : undefined;
  const last_message = last ?? known.last_message ?? told.last_message;
  return {
    ...newer,
    ...(name === undefined ? {} : { name }),
    last_seq: Math.max(known.last_seq, told.last_seq),
    ...(last_message === undefined ? {} : { last_message }),
  };
}

function withMine(whole: Whole, told: Conversation, known: Conversation | undefined): Conversation {
  const user = whole.session.phase === "in" ? whole.session.user : undefined;
  return {
    ...told,
    read_seq: known?.read_seq ?? told.last_seq,
    unread: known?.unread ?? 0,
    may_write: told.writing_enabled || told.owner_id === user?.user_id || user?.role === "admin",
    ...(known?.read_version === undefined ? {} : { read_version: known.read_version }),
    ...(known?.muted === undefined ? {} : { muted: known.muted }),
    ...(known?.pinned === undefined ? {} : { pinned: known.pinned }),
  };
}

function isMarkerNewer(answer: Conversation, known: Conversation): boolean {
  const [told, before] = [answer.read_version ?? 0, known.read_version ?? 0];
  return told === before ? (answer.read_seq ?? 0) >= (known.read_seq ?? 0) : told > before;
}

/** Of which a message is the first that is heard. The first of all begins a direct one. */
function begun(whole: Whole, message: Message, other: string | undefined): Conversation {
  const name = other === undefined ? undefined : whole.people.get(other)?.user.name;
  const bare: Conversation = {
    conversation_id: message.conversation_id,
    kind: message.change === undefined ? "direct" : "group",
    member_count: 2,
    writing_enabled: true,
    last_seq: message.seq,
  };
  if (message.seq !== 1 || message.change !== undefined || other === undefined) return bare;
  return {
    ...bare,
    member_ids: [me(whole), other].sort(),
    read_seq: 0,
    unread: 0,
    may_write: true,
    ...(name === undefined ? {} : { name }),
  };
}
