/** Everything that changes the state. Times are milliseconds of `Date.now()`. */
import type { Asks, Code, Ending, Message, Notice, Pushes, Refusal, User } from "../../../contract/index.ts";
import type { EndReason, Pending } from "./state.ts";
import type { Whole } from "./whole.ts";

export type Push = { [Name in keyof Pushes]: { readonly name: Name; readonly body: Pushes[Name] } }[keyof Pushes];

export type Answered = {
  [Name in keyof Asks]: {
    readonly name: Name;
    readonly request: Asks[Name]["request"];
    readonly answer: Asks[Name]["answer"];
  };
}[keyof Asks];

interface Piece {
  readonly messages: readonly Message[];
  /** There is nothing beyond it on that side. */
  readonly isEnd: boolean;
}

/** A piece of a conversation. `from`: the `seq` it was asked from; `known`: the last one that was known then. */
export type Page =
  | (Piece & { readonly side: "newest"; readonly known: number })
  | (Piece & { readonly side: "older"; readonly from: number })
  | (Piece & { readonly side: "newer"; readonly from: number; readonly known: number })
  /** Instead of what was known, which may be out of date. */
  | (Piece & { readonly side: "anew"; readonly follows: boolean; readonly known: number })
  | { readonly side: "around"; readonly messages: readonly Message[]; readonly hasOlder: boolean };

export type Input =
  | { readonly kind: "entered"; readonly user: User; readonly notices: readonly Notice[]; readonly at: number }
  | { readonly kind: "left"; readonly why?: Code | Ending; readonly reason?: EndReason; readonly at: number }
  | { readonly kind: "pushed"; readonly push: Push; readonly at: number }
  /** `asked`: the state when it was. */
  | { readonly kind: "answered"; readonly answered: Answered; readonly asked: Whole; readonly at: number }
  | {
      readonly kind: "feed.lost";
      readonly isOffline: boolean;
      readonly retryAt?: number;
      readonly ending?: Ending;
      readonly at: number;
    }
  | { readonly kind: "feed.opened"; readonly at: number }
  /** What a snapshot does not have was loaded anew. */
  | { readonly kind: "feed.whole"; readonly at: number }
  | { readonly kind: "opened"; readonly conversationId: string }
  | { readonly kind: "paged"; readonly conversationId: string; readonly page: Page; readonly asked: Whole }
  | { readonly kind: "people.complete" }
  | { readonly kind: "conversation.gone"; readonly conversationId: string }
  | { readonly kind: "read"; readonly conversationId: string; readonly seq: number }
  | { readonly kind: "read.refused"; readonly conversationId: string }
  | { readonly kind: "written"; readonly pending: readonly Pending[] }
  | { readonly kind: "send.refused"; readonly clientMessageId: string; readonly refusal: Refusal }
  | { readonly kind: "retried"; readonly clientMessageId: string }
  | { readonly kind: "discarded"; readonly clientMessageId: string }
  | { readonly kind: "time.passed"; readonly at: number };
