/** Says that this person is here, and what they do; and hears of those who are watched, anew at each return. */
import type { Asks } from "../../../contract/index.ts";
import type { Line } from "../feed/line.ts";
import { TYPING_MS } from "../state/typing.ts";
import { me } from "../state/whole.ts";
import type { Store } from "../store.ts";
import type { Do } from "./doing.ts";

const ACTIVE_EVERY_MS = 10_000;
const TYPING_EVERY_MS = 3_000;

export class Presence {
  readonly #do: Do;
  readonly #live: () => Line | undefined;
  readonly #typedAt = new Map<string, number>();
  #activeAt = Number.NEGATIVE_INFINITY;
  #watched: string[] | "all" | undefined;
  #isWatched = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(doing: Do, store: Store, live: () => Line | undefined) {
    this.#do = doing;
    this.#live = live;
    store.onInput((before, now, input) => {
      if (me(now) !== me(before)) this.#watched = undefined;
      if (input.kind === "pushed" && input.push.name === "ready") this.#watch();
      if (now.typing !== before.typing && now.typing.size > 0) {
        clearTimeout(this.#timer);
        const until = Math.min(...[...now.typing.values()].flatMap((there) => [...there.values()]));
        const wait = Math.min(Math.max(0, until - Date.now()), TYPING_MS);
        this.#timer = setTimeout(() => store.dispatch({ kind: "time.passed", at: Date.now() }), wait + 1);
      }
    });
  }

  watch(userIds: readonly string[] | "all"): void {
    const wanted = userIds === "all" ? userIds : [...userIds];
    if (this.#isWatched && JSON.stringify(wanted) === JSON.stringify(this.#watched)) return;
    this.#watched = wanted;
    this.#watch();
  }

  active(): void {
    const now = Date.now();
    if (now - this.#activeAt < ACTIVE_EVERY_MS || this.#live() === undefined) return;
    this.#activeAt = now;
    this.#say("presence.active", {});
  }

  typing(conversationId: string): void {
    const now = Date.now();
    if (now - (this.#typedAt.get(conversationId) ?? 0) < TYPING_EVERY_MS || this.#live() === undefined) return;
    this.#typedAt.set(conversationId, now);
    this.#say("typing.start", { conversation_id: conversationId });
  }

  /** What was typed is sent: the next letter begins anew. */
  typedOut(): void {
    this.#typedAt.clear();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #watch(): void {
    this.#isWatched = false;
    if (this.#watched === undefined || this.#live() === undefined) return;
    const watched = this.#watched;
    this.#isWatched = true;
    this.#do.ask("presence.watch", { user_ids: watched }).catch(() => {
      if (this.#watched === watched) this.#isWatched = false; // with the next connection, or when it is asked for again
    });
  }

  /** That it was not heard is no harm: it is said again. */
  #say<Name extends "presence.active" | "typing.start">(name: Name, request: Asks[Name]["request"]): void {
    this.#live()
      ?.ask(name, request)
      .catch(() => undefined);
  }
}
