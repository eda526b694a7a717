/** Opens the search, from wherever: in one conversation, or in all. */
import { signal } from "../../../text/signal.ts";

export interface Wanted {
  readonly conversationId?: string;
}

export const wanted = signal<Wanted | undefined>(undefined);

export function openSearch(what: Wanted = {}): void {
  wanted.set(what);
}
