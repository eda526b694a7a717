/** The client as a page uses it: state to show, and what a person can do. */
import type { Asks, Message, User } from "../../contract/index.ts";
import type { Recipient, State } from "./state/state.ts";

export type AskName = keyof Asks;

/** Something that is worth telling a person who is not looking: heard live, never from a catch-up of what is read. */
export type Happening =
  | { readonly kind: "message"; readonly message: Message; readonly isMine: boolean; readonly isLive: boolean }
  | { readonly kind: "removed"; readonly conversationId: string; readonly name: string; readonly reason: string };

export interface Parley {
  readonly state: State;

  /** Called after each change, at most once a turn of the event loop. Gives the function that ends it. */
  subscribe(listener: (state: State) => void): () => void;

  /** What happens, once each. Gives the function that ends it. */
  onHappening(listener: (happening: Happening) => void): () => void;

  /** Comes back with the session this browser has, or settles that there is none. */
  start(): Promise<void>;

  /** Raises `Refused`, e.g. `invalid_credentials`, `password_expired`, `too_many_attempts`. */
  logIn(login: string, password: string): Promise<User>;
  logOut(): Promise<void>;

  /**
   * Any ask of the contract: by the socket while there is one, else over HTTP. Raises `Refused`; `unavailable` when no
   * answer came. What may be repeated is repeated. Answers that belong to the state are in it when this returns.
   */
  ask<Name extends AskName>(name: Name, request: Asks[Name]["request"]): Promise<Asks[Name]["answer"]>;

  /** Shown at once as pending, sent once there is a connection, as often as it takes; never twice. Gives its id. */
  send(to: Recipient, text: string, replyToSeq?: number): string;
  retry(clientMessageId: string): void;
  discard(clientMessageId: string): void;

  /** Loads the newest messages unless they are here, or those around a `seq`; and who has read how far. */
  open(conversationId: string, aroundSeq?: number): Promise<void>;
  loadOlder(conversationId: string): Promise<void>;
  loadNewer(conversationId: string): Promise<void>;
  loadMoreConversations(): Promise<void>;
  loadPeople(): Promise<void>;

  /** The reader has seen everything up to `seq`; told at most twice a second, and never backwards. */
  read(conversationId: string, seq: number): void;
  /** Who is typing is told at most every three seconds. */
  typing(conversationId: string): void;
  /** The person did something; told at most as often as it matters to presence. */
  active(): void;
  /** Whose presence is shown, instead of whom it was before. Watched again after each return. */
  watch(userIds: readonly string[] | "all"): void;

  /** Ends the connection and everything that runs; the session stays. */
  close(): void;
}
