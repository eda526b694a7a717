/** What is unread is what the server says; what was read here is taken off until it has heard of that. */
import { expect, test } from "vitest";
import type { UnreadState } from "../../../contract/index.ts";
import type { Push } from "../../src/state/inputs.ts";
import { reduce } from "../../src/state/reduce.ts";
import type { Whole } from "../../src/state/whole.ts";
import { ada, grace, message } from "../people.ts";
import { arrived } from "./arrived.ts";

const CHAT = "d_Grace";
const said = (seq: number): Push => ({
  name: "message.sent",
  body: { message: message(CHAT, seq, grace), cursor: "" },
});
const unread = (last_seq: number, read_seq: number, version = 0): UnreadState => ({
  total: last_seq - read_seq,
  conversations: [{ conversation_id: CHAT, unread: last_seq - read_seq, last_seq, read_seq, version }],
});
const marker = (seq: number, version: number): Push => ({
  name: "conversation.read",
  body: { conversation_id: CHAT, user_id: ada.user_id, seq, version, cursor: "" },
});

const hear = (whole: Whole, ...pushes: Push[]): Whole =>
  pushes.reduce((now, push) => reduce(now, { kind: "pushed", push, at: 0 }), whole);
const read = (whole: Whole, seq: number): Whole => reduce(whole, { kind: "read", conversationId: CHAT, seq });
const shown = (whole: Whole) => {
  const { read_seq, unread: count } = whole.conversations.get(CHAT)!;
  return { total: whole.unreadTotal, unread: count, read_seq };
};

const three = () => hear(arrived(), said(1), said(2), said(3), { name: "unread", body: unread(3, 0) });

test("nothing is counted here", () => {
  expect(shown(hear(three(), said(4)))).toEqual({ total: 3, unread: 3, read_seq: 0 });
  expect(shown(hear(three(), { name: "unread", body: unread(9, 2) }))).toEqual({ total: 7, unread: 7, read_seq: 2 });
});

test("what was read here is read at once, and no earlier statement brings it back", () => {
  const here = read(three(), 2);
  expect(shown(here)).toEqual({ total: 1, unread: 1, read_seq: 2 });
  const late = hear(here, said(4), { name: "unread", body: unread(4, 0) });
  expect(shown(late)).toEqual({ total: 2, unread: 2, read_seq: 2 });
  expect(shown(hear(late, marker(2, 1), { name: "unread", body: unread(4, 2, 1) }))).toEqual({
    total: 2,
    unread: 2,
    read_seq: 2,
  });
});

test("once the server has heard of it, what it says counts: also that it is unread again", () => {
  const confirmed = hear(read(three(), 3), marker(3, 1));
  expect(shown(confirmed)).toEqual({ total: 0, unread: 0, read_seq: 3 });
  expect(shown(hear(confirmed, marker(1, 2), { name: "unread", body: unread(3, 1, 2) }))).toEqual({
    total: 2,
    unread: 2,
    read_seq: 1,
  });
});

test("an answer confirms it; one that a newer marker overtook does not", () => {
  const asked = read(three(), 3);
  const request = { conversation_id: CHAT, seq: 3 };
  const answer = { conversation_id: CHAT, read_seq: 3, unread: 0 };
  const late = (now: Whole) =>
    reduce(now, { kind: "answered", answered: { name: "conversation.read", request, answer }, asked, at: 0 });
  expect(late(asked).own.reading.size).toBe(0);
  expect(shown(late(asked))).toEqual({ total: 0, unread: 0, read_seq: 3 });
  const overtaken = hear(asked, marker(1, 2), { name: "unread", body: unread(3, 1, 2) });
  expect(shown(late(overtaken))).toEqual({ total: 2, unread: 2, read_seq: 1 });
});

test("what is not taken is unread again", () => {
  const refused = reduce(read(three(), 3), { kind: "read.refused", conversationId: CHAT });
  expect(shown(refused)).toEqual({ total: 3, unread: 3, read_seq: 0 });
});

test("an older marker that is told again moves nothing", () => {
  const back = hear(three(), marker(3, 1), marker(1, 2));
  expect(hear(back, marker(3, 1))).toBe(back);
});

test("reading never goes back", () => {
  const here = read(three(), 3);
  expect(read(here, 1)).toBe(here);
});
