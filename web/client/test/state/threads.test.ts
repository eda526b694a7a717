/** A thread is a piece without a gap, of bounded length; of many only those that were opened last are kept. */
import { expect, test } from "vitest";
import type { Message } from "../../../contract/index.ts";
import type { Input, Page } from "../../src/state/inputs.ts";
import { MESSAGES_MAX, THREADS_MAX } from "../../src/state/messages.ts";
import { reduce } from "../../src/state/reduce.ts";
import type { Whole } from "../../src/state/whole.ts";
import { ada, grace, message } from "../people.ts";
import { arrived } from "./arrived.ts";

const CHAT = "d_Grace";
const many = (from: number, to: number): Message[] =>
  Array.from({ length: to - from + 1 }, (_, n) => message(CHAT, from + n, grace));
const say = (whole: Whole, ...seqs: number[]): Whole =>
  seqs.reduce((now, seq) => {
    const body = { message: message(CHAT, seq, grace), cursor: "" };
    return reduce(now, { kind: "pushed", push: { name: "message.sent", body }, at: 0 });
  }, whole);
const page = (whole: Whole, one: Page, asked = whole): Whole =>
  reduce(whole, { kind: "paged", conversationId: CHAT, page: one, asked });
const seqs = (whole: Whole): number[] => whole.threads.get(CHAT)!.messages.map(({ seq }) => seq);
const newest = (from: number, to: number, known = to): Page => ({
  side: "newest",
  messages: many(from, to),
  isEnd: from === 1,
  known,
});

test("what comes next belongs to it; what comes above a gap waits for what is between", () => {
  const open = page(say(arrived(), 1, 2, 3), newest(1, 3));
  const gap = say(open, 5);
  expect([seqs(gap), gap.threads.get(CHAT)!.hasNewer]).toEqual([[1, 2, 3], true]);
  const filled = page(gap, { side: "newer", from: 3, known: 5, messages: many(4, 5), isEnd: true });
  expect([seqs(filled), filled.threads.get(CHAT)!.hasNewer]).toEqual([[1, 2, 3, 4, 5], false]);
});

test("what was said while a page was on its way is in it, or is known to be missing", () => {
  const asked = say(arrived(), 1, 2);
  const late = page(say(asked, 3), newest(1, 2), asked);
  expect([seqs(late), late.threads.get(CHAT)!.hasNewer]).toEqual([[1, 2], true]);
});

test("a message is as its highest revision says, also where the page does not know yet", () => {
  const asked = say(arrived(), 1);
  const edited = { ...message(CHAT, 1, grace), text: "better", revision: 2 };
  const input: Input = {
    kind: "pushed",
    push: { name: "message.edited", body: { message: edited, cursor: "" } },
    at: 0,
  };
  const open = page(reduce(asked, input), newest(1, 1), asked);
  expect(open.threads.get(CHAT)!.messages).toEqual([edited]);
  expect(reduce(open, input).threads).toBe(open.threads);
  const older = { ...edited, text: "good", revision: 1 };
  const again: Input = {
    kind: "pushed",
    push: { name: "message.edited", body: { message: older, cursor: "" } },
    at: 0,
  };
  expect(reduce(open, again).threads).toBe(open.threads);
});

test("going back far, the newest are dropped, and are loaded again", () => {
  const last = MESSAGES_MAX + 400;
  let now = page(say(arrived(), last), newest(last - 199, last));
  for (let from = last - 199; from > 1; from -= 100) {
    const messages = many(Math.max(1, from - 100), from - 1);
    now = page(now, { side: "older", from, messages, isEnd: messages[0]!.seq === 1 });
  }
  const thread = now.threads.get(CHAT)!;
  expect(thread.messages.length).toBeLessThanOrEqual(MESSAGES_MAX + 200);
  expect([thread.messages[0]!.seq, thread.hasOlder, thread.hasNewer, thread.follows]).toEqual([1, false, true, false]);
  expect(seqs(say(now, last + 1)).at(-1)).toBe(thread.messages.at(-1)!.seq);
});

test("around a message of long ago, what is said now is not shown, and not loaded by itself", () => {
  const open = page(say(arrived(), 90), { side: "around", messages: many(10, 20), hasOlder: true });
  const now = say(open, 91);
  const { hasNewer, hasOlder, follows } = now.threads.get(CHAT)!;
  expect([seqs(now).at(-1), hasOlder, hasNewer, follows]).toEqual([20, true, true, false]);
  const end = page(now, { side: "newer", from: 20, known: 91, messages: many(21, 91), isEnd: true });
  expect([seqs(say(end, 92)).at(-1), end.threads.get(CHAT)!.follows]).toEqual([92, true]);
});

test("staying at the end, the oldest are dropped", () => {
  const now = say(
    page(say(arrived(), 1), newest(1, 1)),
    ...Array.from({ length: MESSAGES_MAX + 300 }, (_, n) => n + 2),
  );
  const thread = now.threads.get(CHAT)!;
  expect(thread.messages.length).toBeLessThanOrEqual(MESSAGES_MAX + 200);
  expect([thread.messages.at(-1)!.seq, thread.hasOlder, thread.hasNewer]).toEqual([MESSAGES_MAX + 301, true, false]);
});

test("the threads that were opened last are kept", () => {
  let now = arrived();
  const chats = Array.from({ length: THREADS_MAX + 1 }, (_, n) => `d_${n}`);
  for (const id of chats) {
    now = reduce(now, { kind: "paged", conversationId: id, page: { ...newest(1, 1), messages: [] }, asked: now });
    now = reduce(now, { kind: "opened", conversationId: "d_0" });
  }
  expect([now.threads.size, now.threads.has("d_0"), now.threads.has("d_1")]).toEqual([THREADS_MAX, true, false]);
});

test("who has read how far: the newest marker counts, and writing is reading", () => {
  const open = page(say(arrived(), 1, 2, 3), newest(1, 3));
  const read = (now: Whole, seq: number, version: number): Whole => {
    const body = { conversation_id: CHAT, user_id: ada.user_id.replace("Ada", "Linus"), seq, version, cursor: "" };
    return reduce(now, { kind: "pushed", push: { name: "conversation.read", body }, at: 0 });
  };
  const back = read(read(open, 3, 1), 1, 2);
  expect(back.threads.get(CHAT)!.readers.get("u_Linus")).toBe(1);
  expect(read(back, 3, 1).threads.get(CHAT)!.readers.get("u_Linus")).toBe(1);
  expect(say(open, 4).threads.get(CHAT)!.readers.get(grace.user_id)).toBe(4);
});
