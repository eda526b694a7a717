/** What is worth telling a person who is not looking, once each. */
import type { Happening } from "../parley.ts";
import { me } from "../state/whole.ts";
import { call, type Store } from "../store.ts";

const KEPT = 2_000;

export class Happenings {
  readonly #listeners = new Set<(happening: Happening) => void>();
  /** Ids of messages that were told of, the oldest first. */
  readonly #told = new Set<string>();

  constructor(store: Store) {
    store.onInput((before, now, input) => {
      if (input.kind !== "pushed") return;
      const { name, body } = input.push;
      if (name === "message.sent" && this.#isNew(body.message.message_id)) {
        const isMine = body.message.sender_id === me(now);
        this.#tell({ kind: "message", message: body.message, isMine, isLive: before.connection.phase === "connected" });
      }
      if (name === "group.deleted" && body.by !== me(now)) {
        const { conversation_id: conversationId } = body.conversation;
        const known = before.conversations.get(conversationId);
        if (known === undefined) return;
        const groupName = body.conversation.name ?? known.name ?? "";
        this.#tell({ kind: "removed", conversationId, name: groupName, reason: body.reason ?? "deleted" });
      }
    });
  }

  listen(listener: (happening: Happening) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #isNew(messageId: string): boolean {
    if (this.#told.has(messageId)) return false;
    this.#told.add(messageId);
    if (this.#told.size > KEPT) this.#told.delete(this.#told.values().next().value!);
    return true;
  }

  #tell(happening: Happening): void {
    for (const listener of [...this.#listeners]) call(listener, happening);
  }
}
