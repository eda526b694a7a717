/** A log-out that no server has heard of is finished at the next start: nobody comes back with the cookie that is left. */
import { asRefused, isPassing } from "../asking/refused.ts";
import type { Platform } from "../platform.ts";

const KEY = "parley leaving";

export class Leaving {
  /** It was finished just now. */
  isOver = false;
  readonly #storage: Storage | undefined;

  constructor({ storage }: Platform) {
    this.#storage = storage;
  }

  get isWanted(): boolean {
    try {
      return this.#storage?.getItem(KEY) === "yes";
    } catch {
      return false;
    }
  }

  set isWanted(isWanted: boolean) {
    try {
      if (isWanted) this.#storage?.setItem(KEY, "yes");
      else this.#storage?.removeItem(KEY);
    } catch {
      // a browser that keeps nothing does not keep this either
    }
  }

  /** Raises what `logOut` raises where that passes; else there is nothing left to end. */
  async finish(logOut: () => Promise<void>): Promise<void> {
    if (!this.isWanted) return;
    await logOut().catch((error: unknown) => {
      if (isPassing(asRefused(error).code)) throw error;
    });
    this.isWanted = false;
    this.isOver = true;
  }
}
