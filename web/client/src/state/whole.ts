/** The state with what the library alone needs of it. */
import type { Conversation, Message, PersonPresence } from "../../../contract/index.ts";
import { SharedMap } from "./shared_map.ts";
import type { Person, State, Thread } from "./state.ts";

/**
 * `follows`: what is said at its end belongs to it. `end`: up to this `seq` there is nothing beyond its last message.
 * `versions`: of the readers' markers, where they are known.
 */
export interface KeptThread extends Thread {
  readonly follows: boolean;
  readonly end: number;
  readonly versions: ReadonlyMap<string, number>;
}

/** What was read here and the server has not confirmed: up to which `seq`, and what it says so far. */
export interface Reading {
  readonly seq: number;
  readonly stated: { readonly read_seq: number; readonly unread: number };
}

export interface Own {
  /** The server's total, without what `reading` takes off it. */
  readonly statedTotal: number;
  readonly reading: ReadonlyMap<string, Reading>;
  /** Conversations of which only pushes are known: they are asked for. */
  readonly incomplete: ReadonlySet<string>;
  /** Where `conversation.list` goes on. */
  readonly nextCursor?: string;
  /** How people are who are not known otherwise. */
  readonly strangers: SharedMap<PersonPresence>;
  /** Edited or deleted just now, oldest first: an answer under way may not know. */
  readonly lately: readonly Message[];
  /** Groups that were taken away, by the version of that: an answer under way may not know. */
  readonly gone: ReadonlyMap<string, number>;
  /** Of `conversation.updated`, by conversation. */
  readonly updates: ReadonlyMap<string, number>;
}

export interface Whole extends State {
  readonly people: SharedMap<Person>;
  readonly conversations: SharedMap<Conversation>;
  /** The one opened last is the last one. */
  readonly threads: ReadonlyMap<string, KeptThread>;
  readonly own: Own;
}

export const NOBODY: Whole = {
  session: { phase: "unknown" },
  connection: { phase: "offline", since: 0 },
  people: SharedMap.of(),
  allPeople: false,
  conversations: SharedMap.of(),
  order: [],
  moreConversations: false,
  threads: new Map(),
  unreadTotal: 0,
  outbox: [],
  typing: new Map(),
  notices: [],
  own: {
    statedTotal: 0,
    reading: new Map(),
    incomplete: new Set(),
    strangers: SharedMap.of(),
    lately: [],
    gone: new Map(),
    updates: new Map(),
  },
};

/** The id of who is logged in; empty for nobody. */
export const me = (whole: Whole): string => (whole.session.phase === "in" ? whole.session.user.user_id : "");

export const withOwn = (whole: Whole, own: Partial<Own>): Whole => ({ ...whole, own: { ...whole.own, ...own } });
