/** Loads pieces of conversations, and loads on by itself what is followed and has a gap. */
import type { Asks, Message } from "../../../contract/index.ts";
import { asRefused, isPassing } from "../asking/refused.ts";
import type { Page } from "../state/inputs.ts";
import { type KeptThread, me } from "../state/whole.ts";
import type { Store } from "../store.ts";
import type { Do } from "./doing.ts";

const PAGE = 50;
const RELOAD = 200;

const PAUSE_MS = 1_000;
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

type History = Omit<Asks["message.list"]["request"], "conversation_id">;

export class Threads {
  readonly #do: Do;
  readonly #store: Store;
  readonly #loading = new Map<string, Promise<void>>();
  /** Of before a snapshot, and not loaded since. */
  #stale = new Set<string>();
  /** Of returns, and of losses: what was begun before one is not what is so after it. */
  #turn = 0;
  #snapshots = 0;

  constructor(doing: Do, store: Store) {
    this.#do = doing;
    this.#store = store;
    store.onInput((before, now, input) => {
      if (input.kind === "feed.lost") this.#turn++;
      if (input.kind === "pushed" && input.push.name === "ready") void this.#returned(input.push.body.recovered);
      if (now.threads === before.threads && now.connection.phase === before.connection.phase) return;
      for (const id of now.threads.keys()) if (this.#hasGap(id)) void this.#fill(id);
    });
  }

  async open(id: string, aroundSeq?: number): Promise<void> {
    const thread = this.#store.state.threads.get(id);
    const isHere = aroundSeq === undefined ? thread?.follows : thread?.messages.some(({ seq }) => seq === aroundSeq);
    if (isHere) this.#store.dispatch({ kind: "opened", conversationId: id });
    else if (aroundSeq === undefined) await this.#newest(id);
    else await this.#around(id, aroundSeq);
    await this.#do.ask("conversation.get", { conversation_id: id });
  }

  loadOlder(id: string): Promise<void> {
    return this.#once(`older ${id}`, async () => {
      const thread = this.#store.state.threads.get(id);
      const from = thread?.messages[0]?.seq;
      if (!thread?.hasOlder || from === undefined) return;
      await this.#load(id, async () => {
        const messages = await this.#list(id, { before_seq: from, limit: PAGE });
        return { side: "older", from, messages, isEnd: messages.length < PAGE };
      });
    });
  }

  loadNewer(id: string): Promise<void> {
    return this.#once(`newer ${id}`, async () => {
      const thread = this.#store.state.threads.get(id);
      if (!thread?.hasNewer) return;
      const from = thread.messages.at(-1)?.seq ?? 0;
      await this.#load(id, async (known) => {
        const messages = await this.#list(id, { after_seq: from, limit: RELOAD });
        return { side: "newer", from, known, messages, isEnd: messages.length < RELOAD };
      });
    });
  }

  /** What was said at the end of a thread that is followed, and is not in it. */
  #hasGap(id: string): boolean {
    const { threads, connection } = this.#store.state;
    const thread = threads.get(id);
    return connection.phase === "connected" && thread !== undefined && thread.follows && thread.hasNewer;
  }

  /** As often as it takes, while there is a connection. */
  #fill(id: string): Promise<void> {
    return this.#once(`gap ${id}`, async () => {
      while (this.#hasGap(id)) await this.loadNewer(id).catch(pause);
    });
  }

  #newest(id: string): Promise<void> {
    return this.#once(`newest ${id}`, () =>
      this.#load(id, async (known) => {
        const messages = await this.#list(id, { limit: PAGE });
        return { side: "newest", known, messages, isEnd: messages.length < PAGE };
      }),
    );
  }

  #around(id: string, seq: number): Promise<void> {
    return this.#load(id, async () => {
      const [older, newer] = await Promise.all([
        this.#list(id, { before_seq: seq, limit: PAGE }),
        this.#list(id, { after_seq: seq - 1, limit: PAGE }),
      ]);
      return { side: "around", messages: [...older, ...newer], hasOlder: older.length === PAGE };
    });
  }

  /** After a snapshot the thread that is shown may be out of date: loaded anew from where it began, then all is here. */
  async #returned(isRecovered: boolean): Promise<void> {
    const turn = ++this.#turn;
    const { threads } = this.#store.state;
    if (!isRecovered) {
      this.#snapshots++;
      this.#stale = new Set(threads.keys());
    }
    for (const id of this.#stale) {
      const thread = threads.get(id);
      while (thread !== undefined && turn === this.#turn && !(await this.#anew(id, thread))) await pause();
      if (turn === this.#turn) this.#stale.delete(id);
    }
    if (turn === this.#turn) this.#store.dispatch({ kind: "feed.whole", at: Date.now() });
  }

  /** False where it is worth another attempt. */
  async #anew(id: string, { follows, messages: here }: KeptThread): Promise<boolean> {
    const first = follows ? undefined : here[0]?.seq;
    try {
      await this.#load(id, async (known) => {
        const history = first === undefined ? {} : { after_seq: first - 1 };
        const messages = await this.#list(id, { ...history, limit: RELOAD });
        const isEnd = messages.length < RELOAD;
        return { side: "anew", known, messages, isEnd, follows: first === undefined };
      });
      await this.#do.ask("conversation.get", { conversation_id: id });
      return true;
    } catch (error) {
      return !isPassing(asRefused(error).code);
    }
  }

  /** Not of before a snapshot: what was edited in between is not told. */
  async #list(id: string, history: History): Promise<readonly Message[]> {
    for (;;) {
      const snapshots = this.#snapshots;
      const { messages } = await this.#do.ask("message.list", { conversation_id: id, ...history });
      if (snapshots === this.#snapshots) return messages;
    }
  }

  /** `load` is given the last message that is known of. */
  async #load(conversationId: string, load: (known: number) => Promise<Page>): Promise<void> {
    const asked = this.#store.state;
    const page = await load(asked.conversations.get(conversationId)?.last_seq ?? 0);
    if (me(asked) === me(this.#store.state)) this.#store.dispatch({ kind: "paged", conversationId, page, asked });
  }

  #once(what: string, load: () => Promise<void>): Promise<void> {
    const loading = this.#loading.get(what) ?? load().finally(() => this.#loading.delete(what));
    this.#loading.set(what, loading);
    return loading;
  }
}
