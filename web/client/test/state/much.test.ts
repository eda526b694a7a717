/** Much is kept without copying it: what a push does not concern stays the same object. */
import { expect, test } from "vitest";
import { reduce } from "../../src/state/reduce.ts";
import type { Whole } from "../../src/state/whole.ts";
import { ada, at, grace, message, person } from "../people.ts";
import { arrived } from "./arrived.ts";

const PEOPLE = 5_000;
const CONVERSATIONS = 200;

function crowded(): Whole {
  const conversations = Array.from({ length: CONVERSATIONS }, (_, n) => ({
    conversation_id: `d_${n}`,
    kind: "direct" as const,
    member_count: 2,
    writing_enabled: true,
    last_seq: 1,
    read_seq: 1,
    unread: 0,
    name: `Person ${n}`,
    last_message: message(`d_${n}`, 1, grace, { sent_at: at(n) }),
  }));
  const users = Array.from({ length: PEOPLE }, (_, n) => person(`P${n}`));
  const whole = arrived(...conversations);
  const answered = { name: "user.list", request: {}, answer: { users } } as const;
  return reduce(whole, {
    kind: "answered",
    answered: { ...answered, answer: { users: [...users] } },
    asked: whole,
    at: 0,
  });
}

test("a message changes its conversation, and nothing else", () => {
  const before = crowded();
  const said = { message: message("d_7", 2, grace, { sent_at: at(1_000) }), cursor: "" };
  const after = reduce(before, { kind: "pushed", push: { name: "message.sent", body: said }, at: 0 });
  expect(after.order[0]).toBe("d_7");
  expect([after.people, after.threads, after.outbox, after.notices]).toEqual([
    before.people,
    before.threads,
    before.outbox,
    before.notices,
  ]);
  expect([after.people === before.people, after.threads === before.threads]).toEqual([true, true]);
  for (const [id, one] of before.conversations) expect(after.conversations.get(id) === one).toBe(id !== "d_7");
});

test("one's presence changes that one", () => {
  const before = crowded();
  const people = [{ user_id: "u_P7", status: "online" as const, version: 1 }];
  const after = reduce(before, { kind: "pushed", push: { name: "presence", body: { people, version: 1 } }, at: 0 });
  const changed = [...before.people].filter(([id, one]) => after.people.get(id) !== one).map(([id]) => id);
  expect([changed, after.conversations === before.conversations]).toEqual([["u_P7"], true]);
});

test("what is told again is the same state", () => {
  const before = crowded();
  const pushes = [
    { name: "message.sent", body: { message: message("d_7", 1, grace, { sent_at: at(7) }), cursor: "" } },
    { name: "conversation.read", body: { conversation_id: "d_7", user_id: ada.user_id, seq: 1, cursor: "" } },
  ] as const;
  for (const push of pushes) {
    const after = reduce(before, { kind: "pushed", push, at: 0 });
    expect(after).toBe(before);
  }
});
