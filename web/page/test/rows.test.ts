import type { Message, Pending } from "parley-client";
import { describe, expect, test } from "vitest";
import { type Row, rowMaker, type Shown } from "../src/views/messenger/conversation/items.ts";

const BEGAN = new Date(2026, 0, 5, 9, 0).getTime();
const MINUTE = 60_000;

function message(seq: number, sender: string, minutes: number, more: Partial<Message> = {}): Message {
  const sent_at = new Date(BEGAN + minutes * MINUTE).toISOString();
  const id = `${sender}-${seq}`;
  return {
    conversation_id: "c",
    seq,
    message_id: `m_${id}`,
    client_message_id: id,
    sender_id: sender,
    text: `${seq}`,
    sent_at,
    ...more,
  };
}

function pending(clientMessageId: string, minutes: number): Pending {
  const writtenAt = BEGAN + minutes * MINUTE;
  return { clientMessageId, to: { conversationId: "c" }, text: "later", writtenAt, phase: "waiting" };
}

function shown(messages: readonly Message[], more: Partial<Shown> = {}): Shown {
  return { messages, pending: [], meId: "ada", ...more };
}

const following = (rows: readonly Row[]) => rows.map((row) => row.isFollowing);

describe("rows of a conversation", () => {
  test("follow under a name within minutes, on one day, and not after a reply, a change or the line of what is new", () => {
    const messages = [
      message(1, "grace", 0),
      message(2, "grace", 4),
      message(3, "grace", 10),
      message(4, "ada", 11),
      message(5, "ada", 12, { reply_to_seq: 1 }),
      message(6, "ada", 13),
      message(7, "ada", 14, { change: { name: "Floor" } }),
      message(8, "ada", 15),
      message(9, "ada", 16),
      message(10, "ada", 15 * 60 + 1),
    ];
    const rows = rowMaker()(shown(messages, { newFrom: 9 }));
    expect(following(rows)).toEqual([false, true, false, false, false, true, true, false, false, false]);
    expect(rows.flatMap((row, at) => (row.day ? at + 1 : []))).toEqual([1, 10]);
    expect(rows.flatMap((row, at) => (row.isNew ? at + 1 : []))).toEqual([9]);
  });

  test("are the same objects as long as nothing about them changes", () => {
    const make = rowMaker();
    const messages = [message(1, "grace", 0), message(2, "ada", 1), message(3, "ada", 2)];
    const before = make(shown(messages, { readers: [0] }));
    const after = make(shown([...messages, message(4, "grace", 3)], { readers: [2] }));
    expect(after.map((row, at) => row === before[at])).toEqual([true, false, true, false]);
    expect(after[1]?.mark).toEqual({ readBy: 1, of: 1 });
  });

  test("keep their place when what was written is acknowledged", () => {
    const make = rowMaker();
    const first = message(1, "ada", 0);
    const before = make(shown([first], { pending: [pending("ada-2", 1)] }));
    const after = make(shown([first, message(2, "ada", 1)], { pending: [pending("ada-2", 1)] }));
    expect(before.map((row) => row.key)).toEqual(["ada-1", "ada-2"]);
    expect(after.map((row) => row.key)).toEqual(["ada-1", "ada-2"]);
    expect(following(before)).toEqual(following(after));
    expect(after[1]?.pending).toBeUndefined();
  });

  test("of others and of what was deleted have no mark", () => {
    const deleted = message(2, "ada", 1, { deleted_at: new Date(BEGAN).toISOString() });
    const rows = rowMaker()(shown([message(1, "grace", 0), deleted], { readers: [2] }));
    expect(rows.map((row) => row.mark)).toEqual([undefined, undefined]);
  });
});
