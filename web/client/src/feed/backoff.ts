/** How long to wait before trying again: at once the first time, then longer and longer, and never all at the same time. */

const FIRST_MS = 500;
const LONGEST_MS = 8_000;

export class Backoff {
  #failures = 0;

  succeeded(): void {
    this.#failures = 0;
  }

  /** In milliseconds. `random` from 0 to 1. */
  next(random: number): number {
    const most = Math.min(FIRST_MS * 2 ** this.#failures, LONGEST_MS);
    this.#failures++;
    return Math.round(most * (0.3 + 0.7 * random));
  }
}
