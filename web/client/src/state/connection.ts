/** The phase of the live feed, exactly one at a time; `since` moves with the phase alone. */
import type { Ending, Ready } from "../../../contract/index.ts";
import type { Connection } from "./state.ts";
import type { Whole } from "./whole.ts";

export function lost(whole: Whole, told: { isOffline: boolean; retryAt?: number; ending?: Ending; at: number }): Whole {
  const { isOffline, retryAt, ending = whole.connection.ending, at } = told;
  return moved(whole, isOffline ? "offline" : "reconnecting", at, { retryAt, ending });
}

export function opened(whole: Whole, at: number): Whole {
  return moved(whole, "catching_up", at, { ending: whole.connection.ending });
}

/** Of an ending that comes now: one that comes later is averted. */
export function warned(whole: Whole, ending: Ending, isNow: boolean): Whole {
  if (!isNow) return whole;
  return { ...whole, connection: { ...whole.connection, ending } };
}

/** Live; after a snapshot only once the threads that are shown were loaded anew. */
export function ready(whole: Whole, body: Ready, at: number): Whole {
  const isWhole = body.recovered || whole.threads.size === 0;
  const ending = body.last_ending ?? whole.connection.ending;
  return moved(whole, isWhole ? "connected" : "catching_up", at, { ending });
}

export function madeWhole(whole: Whole, at: number): Whole {
  return whole.connection.phase === "catching_up"
    ? moved(whole, "connected", at, { ending: whole.connection.ending })
    : whole;
}

function moved(
  whole: Whole,
  phase: Connection["phase"],
  at: number,
  { retryAt, ending }: { retryAt?: number | undefined; ending?: Ending | undefined },
): Whole {
  const before = whole.connection;
  const lostAt = phase === "connected" ? undefined : (before.lostAt ?? at);
  const connection: Connection = {
    phase,
    since: before.phase === phase ? before.since : at,
    ...(lostAt === undefined ? {} : { lostAt }),
    ...(retryAt === undefined ? {} : { retryAt }),
    ...(ending === undefined ? {} : { ending }),
  };
  return { ...whole, connection };
}
