/** What a messenger shows, whole: values that are never changed, only replaced by `reduce`. */
import type {
  Code,
  Conversation,
  Ending,
  Limits,
  Message,
  Notice,
  PersonPresence,
  Refusal,
  Told,
  User,
} from "../../../contract/index.ts";

/** Why a session has ended, where that is known. */
export type EndReason = NonNullable<Told["reason"]>;

/** Who is logged in here. `why` is the code that ended it, or that refused the last attempt to come back. */
export type SessionState =
  | { readonly phase: "unknown" }
  | { readonly phase: "out"; readonly why?: Code | Ending; readonly reason?: EndReason }
  | { readonly phase: "in"; readonly user: User };

/**
 * Exactly one of these is true of the live feed. `connected`: everything is here and what follows comes by itself;
 * `catching_up`: connected again, what was missed is on its way; `reconnecting`: lost, and being tried again, next at
 * `retryAt`; `offline`: the machine has no network, or nobody is logged in. Times are milliseconds of `Date.now()`.
 */
export interface Connection {
  readonly phase: "connected" | "reconnecting" | "catching_up" | "offline";
  readonly since: number;
  readonly retryAt?: number;
  /** Since when not everything is here, over all phases but `connected`. */
  readonly lostAt?: number;
  /** Why the connection before this one ended, or is about to end. */
  readonly ending?: Ending;
}

/** A person: what is known of them, and how they are, as far as that is watched. */
export interface Person {
  readonly user: User;
  readonly presence?: PersonPresence;
}

/**
 * The messages of one conversation that are here: by `seq`, without a gap. `hasOlder`, `hasNewer`: there are more on
 * that side of what is here. `readers`: up to which `seq` whom has read.
 */
export interface Thread {
  readonly messages: readonly Message[];
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
  readonly readers: ReadonlyMap<string, number>;
}

/** Where a message goes: to a person, also before there is a conversation with them, or into a conversation. */
export type Recipient = { readonly userId: string } | { readonly conversationId: string };

/**
 * What was written and is not acknowledged. `waiting`: sent as soon as there is a connection, or under way; `failed`:
 * refused for good, with the refusal; it stays until it is retried or discarded.
 */
export interface Pending {
  readonly clientMessageId: string;
  readonly to: Recipient;
  readonly text: string;
  readonly replyToSeq?: number;
  readonly writtenAt: number;
  readonly phase: "waiting" | "failed";
  readonly refusal?: Refusal;
}

export interface State {
  readonly session: SessionState;
  readonly connection: Connection;
  /** By user id. `allPeople`: nobody is missing. */
  readonly people: ReadonlyMap<string, Person>;
  readonly allPeople: boolean;
  /** By conversation id: all that were told or loaded. */
  readonly conversations: ReadonlyMap<string, Conversation>;
  /** Ids of conversations, pinned first, then the newest message first. */
  readonly order: readonly string[];
  /** There are conversations that were not loaded yet. */
  readonly moreConversations: boolean;
  readonly threads: ReadonlyMap<string, Thread>;
  readonly unreadTotal: number;
  /** Oldest first. */
  readonly outbox: readonly Pending[];
  /** By conversation id: who is typing, until when. */
  readonly typing: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly notices: readonly Notice[];
  /** What the server takes, as it said last; absent until it has. */
  readonly limits?: Limits;
}
