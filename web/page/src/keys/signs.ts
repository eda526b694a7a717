/** Whether a sign alone, such as `?`, is a shortcut: who steers by voice or with a tremor presses them unmeant (WCAG 2.1.4).
 * Kept in this browser. */
import { signal } from "../text/signal.ts";

const KEPT_AS = "parley.signs";

export const signs = signal<boolean>(localStorage.getItem(KEPT_AS) !== "off");

signs.subscribe(() => localStorage.setItem(KEPT_AS, signs.get() ? "on" : "off"));

export function isSign(key: string): boolean {
  return key.length === 1;
}
