/**
 * Threads: of each conversation that was opened a piece without a gap. What comes above a gap is not in it: the thread
 * says that there is more (`hasNewer`), and is loaded on.
 */
import type { Message, Reader, ReadPush } from "../../../contract/index.ts";
import type { Page } from "./inputs.ts";
import { type KeptThread, me, type Whole, withOwn } from "./whole.ts";

export const THREADS_MAX = 30;
export const MESSAGES_MAX = 1_000;
/** So many more before any are dropped: it is not done for each. */
const SLACK = 200;
const LATELY_MAX = 200;

const EMPTY: KeptThread = {
  messages: [],
  hasOlder: true,
  hasNewer: false,
  readers: new Map(),
  follows: true,
  end: 0,
  versions: new Map(),
};

/** Of two tellings of one message, or of the last one: the later, then the one with the higher revision. */
export function newest(known: Message | undefined, told: Message): Message {
  if (known === undefined || told.seq > known.seq) return told;
  return told.seq === known.seq && (told.revision ?? 0) > (known.revision ?? 0) ? told : known;
}

export function said(whole: Whole, message: Message): Whole {
  return changed(whole, message.conversation_id, (thread) => {
    const isNext = message.seq === endOf(thread) + 1;
    const messages = isNext ? [...thread.messages, asOfLate(whole, message)] : revisedIn(thread.messages, message);
    const next = messages === thread.messages ? thread : { ...thread, messages };
    return trimmed(message.change === undefined ? read(next, message.sender_id, message.seq) : next, "older");
  });
}

/**
 * A conversation that begins with what was written here: all of it is here, and shown before anything else is heard of it.
 * What was opened last stays so.
 */
export function begun(whole: Whole, message: Message): Whole {
  const { conversation_id: id } = message;
  if (message.seq !== 1 || whole.threads.has(id)) return whole;
  const others = [...whole.threads];
  const last = others.splice(-1);
  const thread = withEnd(whole, id, { ...EMPTY, messages: [asOfLate(whole, message)], hasOlder: false });
  return { ...whole, threads: new Map([...others.slice(-(THREADS_MAX - 2)), [id, thread], ...last]) };
}

export function revised(whole: Whole, message: Message): Whole {
  const lately = [...whole.own.lately, message].slice(-LATELY_MAX);
  return changed(withOwn(whole, { lately }), message.conversation_id, (thread) => {
    const messages = revisedIn(thread.messages, message);
    return messages === thread.messages ? thread : { ...thread, messages };
  });
}

/** How far another has read. */
export function readBy(whole: Whole, told: ReadPush): Whole {
  return changed(whole, told.conversation_id, (thread) => {
    const version = thread.versions.get(told.user_id) ?? 0;
    if (told.version === undefined || told.version === version) return read(thread, told.user_id, told.seq);
    if (told.version < version) return thread;
    const readers = new Map(thread.readers).set(told.user_id, told.seq);
    return { ...thread, readers, versions: new Map(thread.versions).set(told.user_id, told.version) };
  });
}

/** From an answer: what was told of since it was asked stays. */
export function readersTold(whole: Whole, conversationId: string, told: readonly Reader[], asked: Whole): Whole {
  const before = asked.threads.get(conversationId)?.readers;
  return changed(whole, conversationId, (thread) => {
    const since = [...thread.readers].filter(([userId, seq]) => before !== undefined && before.get(userId) !== seq);
    const others = told.filter((one) => one.user_id !== me(whole));
    return { ...thread, readers: new Map([...others.map((one) => [one.user_id, one.read_seq] as const), ...since]) };
  });
}

/** It is the one that was opened last; the one that was opened longest ago goes. */
export function opened(whole: Whole, id: string, thread = whole.threads.get(id)): Whole {
  if (thread === undefined) return whole;
  const others = [...whole.threads].filter(([one]) => one !== id);
  return { ...whole, threads: new Map([...others.slice(-(THREADS_MAX - 1)), [id, thread]]) };
}

export function paged(whole: Whole, id: string, page: Page, asked: Whole): Whole {
  const gone = whole.own.gone.get(id);
  if (gone !== undefined && gone !== asked.own.gone.get(id)) return whole; // of before it was taken away
  const isOpening = page.side === "newest" || page.side === "around";
  const known = whole.threads.get(id);
  if (known === undefined && !isOpening) return whole; // it was closed meanwhile
  const messages = page.messages.map((message) => asOfLate(whole, message));
  const thread = withEnd(whole, id, pagedIn(known ?? EMPTY, { ...page, messages }));
  return isOpening ? opened(whole, id, thread) : { ...whole, threads: new Map(whole.threads).set(id, thread) };
}

function pagedIn(thread: KeptThread, page: Page): KeptThread {
  const { messages } = thread;
  switch (page.side) {
    case "newest":
      return {
        ...thread,
        messages: joined(page.messages, messages),
        hasOlder: !page.isEnd,
        follows: true,
        end: page.known,
      };
    case "around":
      return { ...thread, messages: page.messages, hasOlder: page.hasOlder, follows: false, end: 0 };
    case "anew": {
      const hasOlder = page.follows ? !page.isEnd : thread.hasOlder;
      const end = page.follows ? page.known : 0;
      return { ...thread, messages: page.messages, hasOlder, follows: page.follows, end };
    }
    case "older":
      if (messages[0] !== undefined && messages[0].seq > page.from) return thread;
      return trimmed({ ...thread, messages: merged(page.messages, messages), hasOlder: !page.isEnd }, "newer");
    case "newer": {
      const isOfBefore = messages[0] !== undefined && page.from + 1 < messages[0].seq; // it was loaded anew since
      if (endOf(thread) < page.from || isOfBefore) return thread;
      const follows = thread.follows || page.isEnd;
      const end = page.isEnd ? Math.max(thread.end, page.known) : thread.end;
      return trimmed({ ...thread, messages: merged(messages, page.messages), follows, end }, "older");
    }
  }
}

/** The newest page, and those known that go on where it ends; others are no part of it. */
function joined(page: readonly Message[], known: readonly Message[]): readonly Message[] {
  const first = page[0]?.seq ?? Number.POSITIVE_INFINITY;
  const next = (page.at(-1)?.seq ?? 0) + 1;
  const goesOn = known.some(({ seq }) => seq === next);
  return merged(
    page,
    known.filter(({ seq }) => seq >= first && (seq < next || goesOn)),
  );
}

/** By `seq`, each once, as it is now. */
function merged(one: readonly Message[], other: readonly Message[]): readonly Message[] {
  const bySeq = new Map(one.map((message) => [message.seq, message]));
  for (const message of other) bySeq.set(message.seq, newest(bySeq.get(message.seq), message));
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

function asOfLate(whole: Whole, message: Message): Message {
  return whole.own.lately
    .filter((one) => one.message_id === message.message_id)
    .reduce((now, one) => newest(now, one), message);
}

function changed(whole: Whole, id: string, change: (thread: KeptThread) => KeptThread): Whole {
  const thread = whole.threads.get(id);
  if (thread === undefined) return whole;
  const next = withEnd(whole, id, change(thread));
  return next === thread ? whole : { ...whole, threads: new Map(whole.threads).set(id, next) };
}

/** Whether there is more follows from which is the conversation's last one. */
function withEnd(whole: Whole, id: string, thread: KeptThread): KeptThread {
  const hasNewer = endOf(thread) < (whole.conversations.get(id)?.last_seq ?? 0);
  return hasNewer === thread.hasNewer ? thread : { ...thread, hasNewer };
}

const endOf = ({ messages, end }: KeptThread): number => Math.max(messages.at(-1)?.seq ?? 0, end);

/** What somebody says they have read, what changes a group they have not. Forward only. */
function read(thread: KeptThread, userId: string, seq: number): KeptThread {
  if ((thread.readers.get(userId) ?? 0) >= seq) return thread;
  return { ...thread, readers: new Map(thread.readers).set(userId, seq) };
}

/** In place; nothing where it is not here. */
function revisedIn(messages: readonly Message[], told: Message): readonly Message[] {
  const place = placeOf(messages, told.seq);
  const known = messages[place];
  if (known?.seq !== told.seq) return messages;
  const now = newest(known, told);
  return now === known ? messages : messages.with(place, now);
}

/** Of the first with this `seq` or a higher one. */
function placeOf(messages: readonly Message[], seq: number): number {
  let [low, high] = [0, messages.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (messages[middle]!.seq < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Not longer than that; on this side it goes on at the server. */
function trimmed(thread: KeptThread, side: "older" | "newer"): KeptThread {
  if (thread.messages.length <= MESSAGES_MAX + SLACK) return thread;
  return side === "older"
    ? { ...thread, messages: thread.messages.slice(-MESSAGES_MAX), hasOlder: true }
    : { ...thread, messages: thread.messages.slice(0, MESSAGES_MAX), follows: false, end: 0 };
}
