import type { Parley } from "./parley.ts";

export interface Options {
  /** Of a gateway, or of what stands before several, e.g. `https://parley.example`. */
  readonly url: string;
}

export function createParley(_options: Options): Parley {
  throw new Error("not yet");
}
