/** Asks for what is sought, once one stops typing; of several answers the one of the last question counts. */
import type { Message } from "parley-client";
import { useEffect, useRef, useState } from "preact/hooks";
import { parley } from "../../../parley.ts";
import { refusalOf, refusalText } from "../../../text/refusal.ts";
import { wordsOf } from "./words.ts";

const PAUSE_MS = 250;
const PAGE = 20;
/** Pages may be empty and have a next one: so many are asked for before it is left to the person. */
const EMPTY_PAGES_MAX = 20;

interface Sought {
  q: string;
  conversationId: string | undefined;
  senderId: string | undefined;
  /** Days as the fields of a form give them, here; the last one included. */
  since: string;
  until: string;
}

interface Result {
  phase: "idle" | "searching" | "done";
  found: readonly Message[];
  cursor?: string | undefined;
  why?: string | undefined;
}

const NOTHING: Result = { phase: "idle", found: [] };

export function useSearch(sought: Sought) {
  const [result, set] = useState<Result>(NOTHING);
  const round = useRef(0);

  async function ask(found: readonly Message[], from?: string) {
    const mine = ++round.current;
    set({ phase: "searching", found });
    let cursor = from;
    try {
      for (let page = 0; page < EMPTY_PAGES_MAX; page++) {
        const answer = await parley.ask("message.search", requestOf(sought, cursor));
        if (mine !== round.current) return;
        cursor = answer.next_cursor;
        found = [...found, ...answer.messages];
        if (answer.messages.length > 0 || cursor === undefined) break;
      }
      set({ phase: "done", found, cursor });
    } catch (error) {
      if (mine === round.current) set({ phase: "done", found, cursor, why: refusalText(refusalOf(error)) });
    }
  }

  const { q, conversationId, senderId, since, until } = sought;
  useEffect(() => {
    if (wordsOf(q).length === 0) {
      round.current++;
      set(NOTHING);
      return;
    }
    const timer = setTimeout(() => void ask([]), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [q, conversationId, senderId, since, until]);

  return { ...result, hasMore: result.cursor !== undefined, more: () => void ask(result.found, result.cursor) };
}

function requestOf({ q, conversationId, senderId, since, until }: Sought, cursor: string | undefined) {
  return {
    q,
    limit: PAGE,
    ...(conversationId !== undefined && { conversation_id: conversationId }),
    ...(senderId !== undefined && { sender_id: senderId }),
    ...(since && { since: startOf(since, 0) }),
    ...(until && { until: startOf(until, 1) }),
    ...(cursor !== undefined && { cursor }),
  };
}

/** When a day begins here, or the one that many days later. */
function startOf(day: string, later: number): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}
