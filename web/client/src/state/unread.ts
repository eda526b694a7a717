/**
 * How much is unread: as the server states it, never counted here. What was read here is taken off until the server has
 * heard of it, so that no badge comes back for a moment.
 */
import type { ReadAnswer, ReadPush, UnreadState } from "../../../contract/index.ts";
import { incomplete, put } from "./conversations.ts";
import { type Reading, type Whole, withOwn } from "./whole.ts";

export function stated(whole: Whole, { total, conversations }: UnreadState): Whole {
  let next = withOwn(whole, { statedTotal: total });
  for (const told of conversations) {
    const id = told.conversation_id;
    const known = next.conversations.get(id);
    if (known === undefined) {
      if (told.unread > 0) next = incomplete(next, id);
      continue;
    }
    const last_seq = Math.max(known.last_seq, told.last_seq);
    const here = next.own.reading.get(id)?.seq ?? 0;
    const isAhead = here > told.read_seq;
    const { read_seq, unread, version: read_version = known.read_version ?? 0 } = told;
    next = reading(next, id, isAhead ? { seq: here, stated: { read_seq, unread } } : undefined);
    const shown = isAhead
      ? { read_seq: here, unread: Math.max(0, Math.min(unread, last_seq - here)) }
      : { read_seq, unread };
    next = put(next, { ...known, last_seq, read_version, ...shown });
  }
  return totalled(next);
}

/** By whoever is here: shown at once. Never backwards. */
export function readHere(whole: Whole, id: string, upTo: number): Whole {
  const known = whole.conversations.get(id);
  if (known === undefined) return whole;
  const seq = Math.min(upTo, known.last_seq);
  const { read_seq = 0, unread = 0 } = known;
  if (seq <= read_seq) return whole;
  const next = reading(whole, id, { seq, stated: whole.own.reading.get(id)?.stated ?? { read_seq, unread } });
  return totalled(put(next, { ...known, read_seq: seq, unread: Math.max(0, Math.min(unread, known.last_seq - seq)) }));
}

/** One's own marker, moved here or on another device. What is unread follows, in `unread`. */
export function readElsewhere(whole: Whole, told: ReadPush): Whole {
  const id = told.conversation_id;
  const here = whole.own.reading.get(id);
  const isHeard = here !== undefined && told.seq >= here.seq;
  const next = isHeard ? confirmed(whole, id) : whole;
  const known = next.conversations.get(id);
  if (known === undefined) return next;
  const version = told.version ?? known.read_version ?? 0;
  const isNewer = version > (known.read_version ?? 0);
  if (version < (known.read_version ?? 0) || (!isNewer && told.seq <= (known.read_seq ?? 0))) return next;
  if (here === undefined || isHeard) return put(next, { ...known, read_seq: told.seq, read_version: version });
  const stated = { ...here.stated, read_seq: told.seq };
  return put(reading(next, id, { ...here, stated }), { ...known, read_version: version });
}

/** The answer to `conversation.read`: what was read here is confirmed, unless pushes since then know better. */
export function readAnswered(whole: Whole, { conversation_id: id, read_seq }: ReadAnswer, asked: Whole): Whole {
  const here = whole.own.reading.get(id);
  if (here === undefined || here.seq > read_seq) return whole; // told already, or another one is on its way
  return isMoved(whole, asked, id) ? unreading(whole, id) : markedAt(confirmed(whole, id), id, read_seq);
}

/** The answer to putting the marker back. */
export function putBack(whole: Whole, { conversation_id: id, read_seq }: ReadAnswer, asked: Whole): Whole {
  const next = unreading(whole, id);
  return isMoved(whole, asked, id) ? next : markedAt(next, id, read_seq);
}

/** As the server says: what was read here it has not heard of, or does not take. */
export function unreading(whole: Whole, id: string): Whole {
  const here = whole.own.reading.get(id);
  if (here === undefined) return whole;
  const known = whole.conversations.get(id);
  const next = reading(whole, id, undefined);
  return totalled(known === undefined ? next : put(next, { ...known, ...here.stated }));
}

/** From now on the server knows better. Its total comes with `unread`; until then it is as it was shown. */
function confirmed(whole: Whole, id: string): Whole {
  const { unread } = whole.own.reading.get(id)!.stated;
  const taken = unread - (whole.conversations.get(id)?.unread ?? unread);
  return reading(withOwn(whole, { statedTotal: whole.own.statedTotal - taken }), id, undefined);
}

function markedAt(whole: Whole, id: string, read_seq: number): Whole {
  const known = whole.conversations.get(id);
  if (known === undefined) return whole;
  const unread = Math.max(0, known.last_seq - read_seq);
  const statedTotal = whole.own.statedTotal + unread - (known.unread ?? 0);
  return totalled(put(withOwn(whole, { statedTotal }), { ...known, read_seq, unread }));
}

/** Whether a push has told of another marker than that of then. */
function isMoved(whole: Whole, asked: Whole, id: string): boolean {
  return asked.conversations.get(id)?.read_version !== whole.conversations.get(id)?.read_version;
}

function reading(whole: Whole, id: string, here: Reading | undefined): Whole {
  if (here === undefined && !whole.own.reading.has(id)) return whole;
  const others = [...whole.own.reading].filter(([one]) => one !== id);
  return withOwn(whole, { reading: new Map(here === undefined ? others : [...others, [id, here]]) });
}

function totalled(whole: Whole): Whole {
  let total = whole.own.statedTotal;
  for (const [id, { stated }] of whole.own.reading) {
    total -= Math.max(0, stated.unread - (whole.conversations.get(id)?.unread ?? stated.unread));
  }
  return total === whole.unreadTotal ? whole : { ...whole, unreadTotal: Math.max(0, total) };
}
