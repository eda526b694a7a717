/** Tells how far was read: the furthest, at most twice a second, also what was read while there was no connection. */

import { asRefused, isPassing } from "../asking/refused.ts";
import type { Line } from "../feed/line.ts";
import { me } from "../state/whole.ts";
import type { Store } from "../store.ts";
import type { Do } from "./doing.ts";

const PAUSE_MS = 500;

export class Reading {
  readonly #do: Do;
  readonly #store: Store;
  readonly #live: () => Line | undefined;
  readonly #untold = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(doing: Do, store: Store, live: () => Line | undefined) {
    this.#do = doing;
    this.#store = store;
    this.#live = live;
    store.onInput((before, now) => {
      if (me(now) !== me(before)) this.close();
      if (now.connection.phase === "connected" && before.connection.phase !== "connected") this.#tell();
    });
  }

  read(conversationId: string, upTo: number): void {
    const before = this.#store.state;
    const seq = Math.min(upTo, before.conversations.get(conversationId)?.last_seq ?? 0); // never what is not here yet
    this.#store.dispatch({ kind: "read", conversationId, seq });
    if (this.#store.state === before || seq <= (this.#untold.get(conversationId) ?? 0)) return;
    this.#untold.set(conversationId, seq);
    if (this.#timer === undefined) this.#tell();
  }

  /** What is not told yet of this one never is. */
  forget(conversationId: string): void {
    this.#untold.delete(conversationId);
  }

  close(): void {
    this.#untold.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #tell(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#untold.size === 0 || this.#live() === undefined) return;
    for (const [conversationId, seq] of this.#untold) void this.#ask(conversationId, seq);
    this.#untold.clear();
    this.#timer = setTimeout(() => this.#tell(), PAUSE_MS);
  }

  async #ask(conversation_id: string, seq: number): Promise<void> {
    try {
      await this.#do.ask("conversation.read", { conversation_id, seq });
    } catch (error) {
      if (!isPassing(asRefused(error).code))
        this.#store.dispatch({ kind: "read.refused", conversationId: conversation_id });
      else if (!this.#untold.has(conversation_id)) this.#untold.set(conversation_id, seq); // with the next connection
    }
  }
}
