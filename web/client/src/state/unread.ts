/**
 * How much is unread: as the server states it, never counted here. What was read here is taken off until the server has
 * heard of it, so that no badge comes back for a moment.
 */
import type { ReadAnswer, ReadPush, UnreadState } from "../../../contract/index.ts";
import { incomplete, put } from "./conversations.ts";
import { type Reading, type Whole, withOwn } from "./whole.ts";

export function stated(whole: Whole, { total, conversations }: UnreadState): Whole {
  const reading = new Map(whole.own.reading);
  let next = withOwn(whole, { statedTotal: total, reading });
  for (const told of conversations) {
    const known = next.conversations.get(told.conversation_id);
    if (known === undefined) {
      if (told.unread > 0) next = incomplete(next, told.conversation_id);
      continue;
    }
    const last_seq = Math.max(known.last_seq, told.last_seq);
    const here = confirmed(reading, told.conversation_id, told.read_seq, told.unread);
    const read_seq = Math.max(told.read_seq, here?.seq ?? 0);
    const unread = here === undefined ? told.unread : Math.max(0, Math.min(told.unread, last_seq - here.seq));
    const read_version = told.version ?? known.read_version ?? 0;
    next = put(next, { ...known, last_seq, read_seq, unread, read_version });
  }
  return totalled(next);
}

/** By whoever is here: shown at once. Never backwards. */
export function readHere(whole: Whole, conversationId: string, upTo: number): Whole {
  const known = whole.conversations.get(conversationId);
  if (known === undefined) return whole;
  const seq = Math.min(upTo, known.last_seq);
  if (seq <= (known.read_seq ?? 0)) return whole;
  const unread = Math.max(0, Math.min(known.unread ?? 0, known.last_seq - seq));
  const statedUnread = whole.own.reading.get(conversationId)?.stated ?? known.unread ?? 0;
  const reading = new Map(whole.own.reading).set(conversationId, { seq, stated: statedUnread });
  return totalled(put(withOwn(whole, { reading }), { ...known, read_seq: seq, unread }));
}

/** One's own marker, moved here or on another device. What is unread follows, in `unread`. */
export function readElsewhere(before: Whole, told: ReadPush): Whole {
  const id = told.conversation_id;
  const here = before.own.reading.get(id)?.seq ?? 0;
  const whole = told.seq >= here ? unreading(before, id) : before; // heard of: from now on the server knows better
  const known = whole.conversations.get(id);
  if (known === undefined) return whole;
  const version = known.read_version ?? 0;
  const isNewer = told.version !== undefined && told.version > version;
  const isOlder = told.version !== undefined && told.version < version;
  if (isOlder || (!isNewer && told.seq <= (known.read_seq ?? 0))) return whole;
  const read_seq = Math.max(told.seq, here);
  return put(whole, { ...known, read_seq, ...(isNewer ? { read_version: told.version! } : {}) });
}

/** The answer to `conversation.read`: what was read here is confirmed. */
export function readAnswered(whole: Whole, { conversation_id: id, read_seq }: ReadAnswer): Whole {
  const here = whole.own.reading.get(id);
  if (here === undefined || here.seq > read_seq) return whole; // told already, or another one is on its way
  return markedAt(whole, id, Math.max(whole.conversations.get(id)?.read_seq ?? 0, read_seq));
}

/** The answer to putting the marker back. Pushes since then know better. */
export function putBack(whole: Whole, { conversation_id: id, read_seq }: ReadAnswer, asked: Whole): Whole {
  const [before, now] = [asked, whole].map((one) => one.conversations.get(id)?.read_version ?? 0);
  return before === now ? markedAt(whole, id, read_seq) : unreading(whole, id);
}

function markedAt(whole: Whole, id: string, read_seq: number): Whole {
  const known = whole.conversations.get(id);
  if (known === undefined) return unreading(whole, id);
  const unread = Math.max(0, known.last_seq - read_seq);
  const counted = whole.own.reading.get(id)?.stated ?? known.unread ?? 0;
  const next = withOwn(whole, { statedTotal: whole.own.statedTotal + unread - counted });
  return totalled(put(unreading(next, id), { ...known, read_seq, unread }));
}

/** As the server has it. */
export function unreading(whole: Whole, conversationId: string): Whole {
  if (!whole.own.reading.has(conversationId)) return whole;
  const reading = new Map([...whole.own.reading].filter(([id]) => id !== conversationId));
  return totalled(withOwn(whole, { reading }));
}

/** Gives what is still ahead of the server, which now counts `unread`. */
function confirmed(reading: Map<string, Reading>, id: string, readSeq: number, unread: number): Reading | undefined {
  const here = reading.get(id);
  if (here === undefined) return undefined;
  if (here.seq <= readSeq) reading.delete(id);
  else reading.set(id, { seq: here.seq, stated: unread });
  return reading.get(id);
}

function totalled(whole: Whole): Whole {
  let total = whole.own.statedTotal;
  for (const [id, { stated }] of whole.own.reading) {
    total -= stated - Math.min(stated, whole.conversations.get(id)?.unread ?? stated);
  }
  return total === whole.unreadTotal ? whole : { ...whole, unreadTotal: Math.max(0, total) };
}
