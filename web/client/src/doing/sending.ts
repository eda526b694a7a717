/**
 * Sends what is in the outbox while the feed is live: of each recipient one message at a time, in the order written, as
 * often as it takes. The same `client_message_id` gives the same message, so that a repeat sends nothing twice.
 */

import type { Asking } from "../asking/ask.ts";
import { asRefused, isOfToken, type Refused } from "../asking/refused.ts";
import type { Pending, Recipient } from "../state/state.ts";
import type { Whole } from "../state/whole.ts";
import { me } from "../state/whole.ts";
import type { Store } from "../store.ts";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8_000;
const INTERNAL_TRIES = 2;

export class Sending {
  readonly #asking: Asking;
  readonly #store: Store;
  /** Recipients of whom one is under way, or waits to be repeated. */
  readonly #busy = new Set<string>();

  constructor(asking: Asking, store: Store) {
    this.#asking = asking;
    this.#store = store;
    store.onInput((before, now) => {
      const isBack = now.connection.phase === "connected" && before.connection.phase !== "connected";
      if (now.outbox !== before.outbox || isBack) this.#goOn();
    });
  }

  #goOn(): void {
    const { outbox } = this.#store.state;
    if (this.#asking.live() === undefined) return;
    const taken = new Set(this.#busy);
    for (const pending of outbox) {
      if (pending.phase !== "waiting") continue;
      const recipient = recipientKey(this.#store.state, pending.to);
      if (taken.has(recipient)) continue;
      taken.add(recipient);
      void this.#send(pending, recipient);
    }
  }

  async #send(pending: Pending, recipient: string): Promise<void> {
    this.#busy.add(recipient);
    let internal = 0;
    try {
      for (let pause = FIRST_PAUSE_MS; this.#isWaiting(pending); pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
        const line = this.#asking.live();
        if (line === undefined) return; // goes on when it is back
        const token = this.#asking.tokens.access?.token;
        try {
          const asked = this.#store.state;
          const request = requestOf(pending);
          const answer = await line.ask("message.send", request);
          if (me(this.#store.state) !== me(asked)) return;
          const answered = { name: "message.send", request, answer } as const;
          this.#store.dispatch({ kind: "answered", answered, asked, at: this.#asking.platform.now() });
          return;
        } catch (error) {
          const refused = asRefused(error);
          if (refused.code === "session_ended") return; // written again after the next log-in
          if (isOfToken(refused.code)) await this.#asking.tokens.renew(token).catch(() => undefined);
          else if (refused.code === "internal" ? ++internal >= INTERNAL_TRIES : isFinal(refused)) {
            this.#refuse(pending, refused);
            return;
          }
          const wait = Math.max(pause * (0.5 + this.#asking.platform.random()), (refused.retryAfterS ?? 0) * 1_000);
          await new Promise((resolve) => setTimeout(resolve, wait));
        }
      }
    } finally {
      this.#busy.delete(recipient);
      this.#goOn();
    }
  }

  #refuse({ clientMessageId }: Pending, { refusal }: Refused): void {
    this.#store.dispatch({ kind: "send.refused", clientMessageId, refusal });
  }

  #isWaiting({ clientMessageId }: Pending): boolean {
    const now = this.#store.state.outbox.find((one) => one.clientMessageId === clientMessageId);
    return now?.phase === "waiting";
  }
}

const isFinal = ({ code }: Refused): boolean => code !== "unavailable" && code !== "rate_limited";

const requestOf = ({ to, clientMessageId, text, replyToSeq }: Pending) => ({
  to: "userId" in to ? { user_id: to.userId } : { conversation_id: to.conversationId },
  client_message_id: clientMessageId,
  text,
  ...(replyToSeq === undefined ? {} : { reply_to_seq: replyToSeq }),
});

/** A person, and the conversation with that person, are one. */
function recipientKey(whole: Whole, to: Recipient): string {
  if ("userId" in to) return `person ${to.userId}`;
  const conversation = whole.conversations.get(to.conversationId);
  const other = conversation?.kind === "direct" ? conversation.member_ids?.find((one) => one !== me(whole)) : undefined;
  return other === undefined ? `conversation ${to.conversationId}` : `person ${other}`;
}
