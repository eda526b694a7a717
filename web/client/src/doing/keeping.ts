/** Keeps the outbox of a person in this tab, over a reload; until it is sent, or its writer logs out. */
import type { Platform } from "../platform.ts";
import type { Pending } from "../state/state.ts";
import { me } from "../state/whole.ts";
import type { Store } from "../store.ts";

const keyOf = (userId: string): string => `parley outbox ${userId}`;

export class Keeping {
  readonly #storage: Storage | undefined;

  constructor(platform: Platform, store: Store) {
    this.#storage = platform.tabStorage;
    store.onInput((before, now) => {
      const userId = me(now);
      if (userId === "") return;
      if (me(before) !== userId) {
        const pending = this.#kept(userId);
        if (pending.length > 0) store.dispatch({ kind: "written", pending });
      } else if (now.outbox !== before.outbox) {
        this.#keep(userId, now.outbox);
      }
    });
  }

  forget(userId: string): void {
    this.#keep(userId, []);
  }

  #kept(userId: string): readonly Pending[] {
    try {
      const kept: unknown = JSON.parse(this.#storage?.getItem(keyOf(userId)) ?? "[]");
      return Array.isArray(kept) ? kept.filter(isPending) : [];
    } catch {
      return [];
    }
  }

  /** Full storage keeps nobody from writing. */
  #keep(userId: string, outbox: readonly Pending[]): void {
    try {
      if (outbox.length === 0) this.#storage?.removeItem(keyOf(userId));
      else this.#storage?.setItem(keyOf(userId), JSON.stringify(outbox));
    } catch {
      // it is still in memory
    }
  }
}

const isPending = (one: Partial<Pending> | null): one is Pending =>
  typeof one?.clientMessageId === "string" && typeof one.text === "string" && typeof one.to === "object";
