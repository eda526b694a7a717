/** Asks for what pushes only mention: conversations that were not loaded, and people who are not known. */
import { asRefused } from "../asking/refused.ts";
import { me, type Whole } from "../state/whole.ts";
import type { Store } from "../store.ts";
import type { Do } from "./doing.ts";

const AGAIN_MS = 5_000;

export class Completing {
  readonly #do: Do;
  readonly #store: Store;
  readonly #asked = new Set<string>();

  constructor(doing: Do, store: Store) {
    this.#do = doing;
    this.#store = store;
    store.onInput((before, now, input) => {
      if (me(now) !== me(before)) this.#asked.clear();
      if (now.connection.phase !== "connected") return;
      const isBack = before.connection.phase !== "connected";
      if (isBack || now.own.incomplete !== before.own.incomplete) this.#complete();
      if (input.kind === "pushed" && input.push.name === "message.sent")
        this.#person(now, input.push.body.message.sender_id);
    });
  }

  #complete(): void {
    const { connection, own } = this.#store.state;
    if (connection.phase === "connected") for (const id of own.incomplete) void this.#conversation(id);
  }

  async #conversation(id: string): Promise<void> {
    await this.#once(id, async () => {
      try {
        await this.#do.ask("conversation.get", { conversation_id: id });
        this.#asked.delete(id);
      } catch (error) {
        this.#asked.delete(id);
        const isGone = asRefused(error).code === "not_found";
        if (isGone) this.#store.dispatch({ kind: "conversation.gone", conversationId: id });
        else setTimeout(() => this.#complete(), AGAIN_MS);
      }
    });
  }

  /** Somebody who is not found stays asked for. */
  #person(now: Whole, userId: string): void {
    if (now.people.has(userId)) return;
    void this.#once(userId, async () => {
      try {
        await this.#do.ask("user.get", { user_id: userId });
      } catch (error) {
        if (asRefused(error).code !== "not_found") this.#asked.delete(userId);
      }
    });
  }

  async #once(what: string, load: () => Promise<void>): Promise<void> {
    if (this.#asked.has(what)) return;
    this.#asked.add(what);
    await load();
  }
}
