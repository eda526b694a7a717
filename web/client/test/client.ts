/** The state functions with the model of the server: what the library asks by itself is asked here, and answered late. */
import type { Ready } from "../../contract/index.ts";
import type { Answered, Input, Page } from "../src/state/inputs.ts";
import { reduce } from "../src/state/reduce.ts";
import type { Pending } from "../src/state/state.ts";
import { type KeptThread, NOBODY, type Whole } from "../src/state/whole.ts";
import { ada, at, grace, linus } from "./people.ts";
import type { Server } from "./server.ts";

type Late = () => Input | undefined;

export class Client {
  whole: Whole;
  /** Asked, and not answered. */
  answers: Late[] = [];
  readonly #server: Server;
  #asked = new Set<string>();
  #isLive = false;
  #written = 0;
  /** Threads of before a snapshot. */
  #stale = new Set<string>();

  constructor(server: Server) {
    this.#server = server;
    this.whole = reduce(NOBODY, { kind: "entered", user: ada, notices: [], at: 0 });
    this.do({
      kind: "answered",
      answered: { name: "user.list", request: {}, answer: { users: [grace, linus] } },
      asked: this.whole,
      at: 0,
    });
    this.connect(false);
  }

  do(input: Input | undefined): void {
    if (input === undefined) return;
    this.whole = reduce(this.whole, input);
    if (this.#isLive) this.#askOn();
  }

  hear(count = Number.POSITIVE_INFINITY): void {
    for (const push of this.#server.wire.splice(0, count)) this.do({ kind: "pushed", push, at: 0 });
  }

  answered(count = Number.POSITIVE_INFINITY): void {
    for (const late of this.answers.splice(0, count)) this.do(late());
  }

  /** What was missed comes, or a snapshot and again what it has already. */
  connect(isRecovered: boolean, again = 0): void {
    this.#isLive = false;
    this.answers = [];
    this.#asked.clear();
    if (isRecovered) this.hear();
    else this.#server.wire = [];
    const ready: Ready = { user: ada, cursor: "0", recovered: isRecovered, server_time: at(0), notices: [] };
    const snapshot = isRecovered ? {} : { snapshot: this.#server.snapshot() };
    this.do({ kind: "pushed", push: { name: "ready", body: { ...ready, ...snapshot } }, at: 0 });
    if (!isRecovered) for (const push of this.#server.again(again)) this.do({ kind: "pushed", push, at: 0 });
    this.do({ kind: "pushed", push: { name: "unread", body: this.#server.unread(true) }, at: 0 });
    this.#isLive = true;
    for (const [id, { seq }] of this.whole.own.reading) this.#tellRead(id, seq);
    for (const pending of this.whole.outbox) this.#send(pending);
    if (!isRecovered) this.#stale = new Set(this.whole.threads.keys());
    for (const [id, thread] of this.whole.threads) if (this.#stale.has(id)) this.#anew(id, thread);
    this.#askOn();
  }

  open(id: string): void {
    if (this.whole.threads.has(id)) {
      this.do({ kind: "opened", conversationId: id });
      return;
    }
    this.#page(`newest ${id}`, id, () => {
      const messages = this.#server.list(id, {});
      return { side: "newest", known: this.#known(id), messages, isEnd: messages.length < 3 };
    });
  }

  older(id: string): void {
    const from = this.whole.threads.get(id)?.messages[0]?.seq;
    if (from === undefined) return;
    this.#page(`older ${id}`, id, () => {
      const messages = this.#server.list(id, { before: from });
      return { side: "older", from, messages, isEnd: messages.length < 3 };
    });
  }

  write(id: string): void {
    const to = id.startsWith("d_") ? { userId: `u_${id.slice(2)}` } : { conversationId: id };
    const clientMessageId = `written ${++this.#written}`;
    const pending: Pending = { clientMessageId, to, text: "", writtenAt: 0, phase: "waiting" };
    this.do({ kind: "written", pending: [pending] });
    this.#send(pending);
  }

  read(id: string, seq: number): void {
    const before = this.whole;
    this.do({ kind: "read", conversationId: id, seq });
    if (this.whole !== before) this.#tellRead(id, Math.min(seq, this.#known(id)));
  }

  settle(): void {
    for (let turn = 0; turn < 100; turn++) {
      this.#server.pushUnread();
      if (this.#server.wire.length === 0 && this.answers.length === 0) return;
      this.hear();
      this.answered();
    }
    throw new Error("never quiet");
  }

  #askOn(): void {
    for (const id of this.whole.own.incomplete) this.#get(id);
    for (const [id, { follows, hasNewer, messages }] of this.whole.threads) {
      const from = messages.at(-1)?.seq ?? 0;
      if (!follows || !hasNewer) continue;
      this.#page(`newer ${id}`, id, () => {
        const found = this.#server.list(id, { after: Math.max(from, 0.5) });
        return { side: "newer", from, known: this.#known(id), messages: found, isEnd: found.length < 3 };
      });
    }
  }

  #get(id: string): void {
    this.#ask(`get ${id}`, (asked) => {
      const conversation = this.#server.get(id);
      if (conversation === undefined) return { kind: "conversation.gone", conversationId: id };
      const answer = { conversation: { ...conversation, readers: this.#server.readersOf(id) } };
      const answered: Answered = { name: "conversation.get", request: { conversation_id: id }, answer };
      return { kind: "answered", answered, asked, at: 0 };
    });
  }

  #anew(id: string, { follows, messages }: KeptThread): void {
    const first = follows ? 0 : (messages[0]?.seq ?? 0);
    this.#page(`anew ${id}`, id, () => {
      const found = this.#server.list(id, { after: first && first - 0.5, limit: 9 });
      return { side: "anew", known: this.#known(id), messages: found, isEnd: found.length < 9, follows: first === 0 };
    });
    this.#get(id);
  }

  #known(id: string): number {
    return this.whole.conversations.get(id)?.last_seq ?? 0;
  }

  #tellRead(id: string, seq: number): void {
    this.#ask(`read ${id} ${seq}`, (asked) => {
      const answer = this.#server.read(id, seq, ada.user_id);
      if (answer === undefined) return { kind: "read.refused", conversationId: id };
      const answered: Answered = { name: "conversation.read", request: { conversation_id: id, seq }, answer };
      return { kind: "answered", answered, asked, at: 0 };
    });
  }

  /** Not again what was refused. */
  #send({ clientMessageId, to, phase }: Pending): void {
    if (phase === "failed") return;
    this.#ask(clientMessageId, (asked) => {
      const id = "userId" in to ? `d_${to.userId.slice(2)}` : to.conversationId;
      const isThere = "userId" in to || this.#server.get(id) !== undefined;
      const message = isThere ? this.#server.say(id, ada.user_id, clientMessageId) : undefined;
      const refusal = { code: "not_found", message: "" } as const;
      if (message === undefined) return { kind: "send.refused", clientMessageId, refusal };
      const recipient = "userId" in to ? { user_id: to.userId } : { conversation_id: id };
      const request = { to: recipient, client_message_id: clientMessageId, text: "" };
      return { kind: "answered", answered: { name: "message.send", request, answer: { message } }, asked, at: 0 };
    });
  }

  #page(what: string, conversationId: string, page: () => Page): void {
    this.#ask(what, (asked) => ({ kind: "paged", conversationId, page: page(), asked }));
  }

  /** Answered as things are when it is asked, and told later. */
  #ask(what: string, answer: (asked: Whole) => Input): void {
    if (this.#asked.has(what)) return;
    this.#asked.add(what);
    const input = answer(this.whole);
    this.answers.push(() => {
      this.#asked.delete(what);
      if (input.kind === "paged" && input.page.side === "anew") this.#stale.delete(input.conversationId);
      return input;
    });
  }
}
