/** Holds the state, and tells of its changes: those who act on them at once, those who show them now and then. */
import type { Input } from "./state/inputs.ts";
import { reduce } from "./state/reduce.ts";
import type { State } from "./state/state.ts";
import { NOBODY, type Whole } from "./state/whole.ts";

/** A screen shows no more often. While much is made up for, less often does. */
const SHOWN_EVERY_MS = 16;
const CATCHING_UP_MS = 100;

export type Effect = (before: Whole, now: Whole, input: Input) => void;

export class Store {
  state: Whole = NOBODY;
  readonly #effects: Effect[] = [];
  readonly #listeners = new Set<(state: State) => void>();
  #shownAt = 0;
  #isDue = false;

  /** In the order they were given, after each input that changed something, and after each push. */
  onInput(effect: Effect): void {
    this.#effects.push(effect);
  }

  subscribe(listener: (state: State) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  dispatch(input: Input): void {
    const before = this.state;
    this.state = reduce(before, input);
    const now = this.state;
    for (const effect of this.#effects) effect(before, now, input);
    if (now !== before) this.#show();
  }

  #show(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    const every = this.state.connection.phase === "catching_up" ? CATCHING_UP_MS : SHOWN_EVERY_MS;
    const wait = this.#shownAt + every - Date.now();
    if (wait <= 0 || wait > every) queueMicrotask(() => this.#tell());
    else setTimeout(() => this.#tell(), wait);
  }

  #tell(): void {
    this.#isDue = false;
    this.#shownAt = Date.now();
    for (const listener of [...this.#listeners]) call(listener, this.state);
  }
}

/** A listener that fails is its owner's, and keeps nobody else from listening. */
export function call<T>(listener: (told: T) => void, told: T): void {
  try {
    listener(told);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
