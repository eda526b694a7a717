/** Loads what comes page by page: people, and conversations beyond those of the snapshot. */
import { me } from "../state/whole.ts";
import type { Store } from "../store.ts";
import type { Do } from "./doing.ts";

const PAGE = 200;

export class Lists {
  readonly #do: Do;
  readonly #store: Store;
  #people: Promise<void> | undefined;
  #conversations: Promise<void> | undefined;

  constructor(doing: Do, store: Store) {
    this.#do = doing;
    this.#store = store;
  }

  people(): Promise<void> {
    this.#people ??= this.#loadPeople().finally(() => {
      this.#people = undefined;
    });
    return this.#people;
  }

  moreConversations(): Promise<void> {
    this.#conversations ??= this.#loadConversations().finally(() => {
      this.#conversations = undefined;
    });
    return this.#conversations;
  }

  async #loadPeople(): Promise<void> {
    const asker = me(this.#store.state);
    let cursor: string | undefined;
    do {
      const page = await this.#do.ask("user.list", { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
      cursor = page.next_cursor;
      if (me(this.#store.state) !== asker) return;
    } while (cursor !== undefined);
    this.#store.dispatch({ kind: "people.complete" });
  }

  async #loadConversations(): Promise<void> {
    const cursor = this.#store.state.own.nextCursor;
    if (cursor !== undefined) await this.#do.ask("conversation.list", { cursor, limit: PAGE });
  }
}
