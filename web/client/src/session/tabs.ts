/** The tabs of one browser have one session: a fresh token, a log-in and a log-out of one are those of all. */
import type { Channel, Platform } from "../platform.ts";
import type { Access } from "./tokens.ts";

type Said = { readonly kind: "in"; readonly access: Access } | { readonly kind: "out" };

export class Tabs {
  readonly #channel: Channel | undefined;

  constructor(open: Platform["channel"], url: string, hear: { in: (access: Access) => void; out: () => void }) {
    this.#channel = open?.(`parley ${url}`);
    if (this.#channel === undefined) return;
    this.#channel.onmessage = ({ data }: MessageEvent<Said>) =>
      data.kind === "in" ? hear.in(data.access) : hear.out();
  }

  tellIn(access: Access): void {
    this.#channel?.postMessage({ kind: "in", access } satisfies Said);
  }

  tellOut(): void {
    this.#channel?.postMessage({ kind: "out" } satisfies Said);
  }

  close(): void {
    this.#channel?.close();
  }
}
