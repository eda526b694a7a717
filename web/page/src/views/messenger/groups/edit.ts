/** What opens the dialog for a group, from wherever one may: `Groups` shows it. */
import type { Conversation } from "parley-client";
import { signal } from "../../../text/signal.ts";

export type Wanted =
  | { readonly kind: "new"; readonly memberIds: readonly string[] }
  | { readonly kind: "edit" | "delete"; readonly group: Conversation };

export const wanted = signal<Wanted | undefined>(undefined);

/** Of these people to begin with. */
export function newGroup(memberIds: readonly string[] = []): void {
  wanted.set({ kind: "new", memberIds });
}

export function editGroup(group: Conversation): void {
  wanted.set({ kind: "edit", group });
}

export function deleteGroup(group: Conversation): void {
  wanted.set({ kind: "delete", group });
}
