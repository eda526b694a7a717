/** Each part of the state by itself: what moves it, and what leaves it the same object. */
import { describe, expect, test } from "vitest";
import type { Conversation } from "../../../contract/index.ts";
import type { Input, Push } from "../../src/state/inputs.ts";
import { reduce } from "../../src/state/reduce.ts";
import { SharedMap } from "../../src/state/shared_map.ts";
import type { Pending } from "../../src/state/state.ts";
import { TYPING_MS } from "../../src/state/typing.ts";
import { NOBODY, type Whole } from "../../src/state/whole.ts";
import { ada, at, grace, linus, message, person } from "../people.ts";
import { arrived, readyBody } from "./arrived.ts";

const take = (whole: Whole, ...inputs: Input[]): Whole => inputs.reduce(reduce, whole);
const push = (one: Push, when = 0): Input => ({ kind: "pushed", push: one, at: when });
const said = (seq: number, more = {}): Input =>
  push({ name: "message.sent", body: { message: message("d_Grace", seq, grace, more), cursor: "" } });
const group = (version: number, more: Partial<Conversation> = {}): Conversation => ({
  conversation_id: "g_Floor",
  kind: "group",
  name: "Floor",
  member_count: 3,
  writing_enabled: true,
  last_seq: 0,
  owner_id: linus.user_id,
  version,
  ...more,
});

describe("connection", () => {
  const lost: Input = { kind: "feed.lost", isOffline: false, retryAt: 9, ending: "draining", at: 5 };

  test("is lost, opened, caught up, one after the other", () => {
    let now = take(arrived(), lost);
    expect(now.connection).toEqual({ phase: "reconnecting", since: 5, lostAt: 5, retryAt: 9, ending: "draining" });
    now = take(now, { ...lost, at: 7 } as Input);
    expect(now.connection.since).toBe(5);
    now = take(now, { kind: "feed.opened", at: 8 });
    expect(now.connection).toEqual({ phase: "catching_up", since: 8, lostAt: 5, ending: "draining" });
    const { snapshot: _, ...body } = readyBody({ recovered: true });
    now = take(now, push({ name: "ready", body }, 9));
    expect(now.connection).toEqual({ phase: "connected", since: 9, ending: "draining" });
  });

  test("is not connected before the thread that is shown was loaded anew", () => {
    const chat = take(arrived(), said(1));
    const page = { side: "newest", known: 1, messages: [message("d_Grace", 1, grace)], isEnd: true } as const;
    const open = take(chat, { kind: "paged", conversationId: "d_Grace", page, asked: chat });
    const conversations = [open.conversations.get("d_Grace")!];
    const snapshot = { conversations, unread: { total: 0, conversations: [] } };
    const back = take(
      open,
      lost,
      { kind: "feed.opened", at: 6 },
      push({ name: "ready", body: readyBody({ snapshot }) }),
    );
    expect(back.connection.phase).toBe("catching_up");
    expect(take(back, { kind: "feed.whole", at: 9 }).connection).toMatchObject({ phase: "connected", since: 9 });
  });

  test("is offline where the machine is", () => {
    expect(take(arrived(), { kind: "feed.lost", isOffline: true, at: 5 }).connection.phase).toBe("offline");
  });
});

describe("session", () => {
  test("whoever leaves takes everything along", () => {
    const out = take(arrived(group(1)), said(1), { kind: "left", why: "session_ended", at: 5 });
    expect(out).toEqual({
      ...NOBODY,
      session: { phase: "out", why: "session_ended" },
      connection: { phase: "offline", since: 5 },
    });
  });

  test("somebody else begins with nothing", () => {
    const next = take(arrived(group(1)), { kind: "entered", user: grace, notices: [], at: 5 });
    expect([next.order, next.people.size, next.session]).toEqual([[], 1, { phase: "in", user: grace }]);
  });
});

describe("outbox", () => {
  const pending: Pending = {
    clientMessageId: "c1",
    to: { userId: grace.user_id },
    text: "Hello",
    writtenAt: 1,
    phase: "waiting",
  };
  const mine = message("d_Grace", 1, ada, { client_message_id: "c1" });
  const written = () => take(arrived(), { kind: "written", pending: [pending] });

  test("what is acknowledged, and what is pushed, is there once, whichever comes first", () => {
    const sent: Input = push({ name: "message.sent", body: { message: mine, cursor: "" } });
    const request = { to: { user_id: grace.user_id }, client_message_id: "c1", text: "Hello" };
    const answered = { name: "message.send", request, answer: { message: mine } } as const;
    const acknowledged: Input = { kind: "answered", answered, asked: written(), at: 0 };
    for (const order of [[sent, acknowledged], [acknowledged, sent], [sent], [acknowledged]]) {
      const now = take(written(), ...order);
      expect(now.outbox).toEqual([]);
      expect(now.conversations.get("d_Grace")).toMatchObject({ last_message: mine, name: "Grace", kind: "direct" });
      expect(now.order).toEqual(["d_Grace"]);
    }
  });

  test("the first message to somebody is in the thread when it is acknowledged, before anything was heard of it", () => {
    const request = { to: { user_id: grace.user_id }, client_message_id: "c1", text: "Hello" };
    const answered = { name: "message.send", request, answer: { message: mine } } as const;
    const now = take(written(), { kind: "answered", answered, asked: written(), at: 0 });
    expect(now.threads.get("d_Grace")).toMatchObject({ messages: [mine], hasOlder: false, hasNewer: false });
    const heard = take(now, push({ name: "message.sent", body: { message: mine, cursor: "" } }));
    expect(heard.threads).toBe(now.threads);
    const next = message("d_Grace", 2, grace);
    const both = take(heard, push({ name: "message.sent", body: { message: next, cursor: "" } }));
    expect(both.threads.get("d_Grace")?.messages).toEqual([mine, next]);
  });

  test("another's message with the same id is another one", () => {
    const theirs = message("d_Grace", 1, grace, { client_message_id: "c1" });
    expect(take(written(), push({ name: "message.sent", body: { message: theirs, cursor: "" } })).outbox).toHaveLength(
      1,
    );
  });

  test("what is refused stays, until it is tried again or discarded", () => {
    const refusal = { code: "writing_disabled", message: "No." } as const;
    const failed = take(written(), { kind: "send.refused", clientMessageId: "c1", refusal });
    expect(failed.outbox).toEqual([{ ...pending, phase: "failed", refusal }]);
    expect(take(failed, { kind: "retried", clientMessageId: "c1" }).outbox).toEqual([pending]);
    expect(take(failed, { kind: "discarded", clientMessageId: "c1" }).outbox).toEqual([]);
  });

  test("what was restored twice is there once", () => {
    expect(take(written(), { kind: "written", pending: [pending] }).outbox).toHaveLength(1);
  });
});

describe("typing", () => {
  const typed = push({ name: "typing", body: { conversation_id: "d_Grace", user_id: grace.user_id } }, 1_000);

  test("ends by itself", () => {
    const now = take(arrived(), typed);
    expect(now.typing.get("d_Grace")?.get(grace.user_id)).toBe(1_000 + TYPING_MS);
    expect(take(now, { kind: "time.passed", at: 1_000 + TYPING_MS - 1 })).toBe(now);
    expect(take(now, { kind: "time.passed", at: 1_000 + TYPING_MS }).typing.size).toBe(0);
  });

  test("ends with what was typed", () => {
    expect(take(arrived(), typed, said(1)).typing.size).toBe(0);
  });
});

describe("presence", () => {
  const presence = (status: "online" | "offline", version: number, user = grace): Input =>
    push({ name: "presence", body: { people: [{ user_id: user.user_id, status, version }], version } });
  const statusOf = (whole: Whole, id = grace.user_id) => whole.people.get(id)?.presence?.status;

  test("the higher version counts, whichever comes first", () => {
    expect(statusOf(take(arrived(), presence("online", 2), presence("offline", 1)))).toBe("online");
    expect(statusOf(take(arrived(), presence("online", 2), presence("offline", 2)))).toBe("offline");
  });

  test("the same again is the same state", () => {
    const now = take(arrived(), presence("online", 2));
    expect(take(now, presence("online", 2)).people).toBe(now.people);
  });

  test("of somebody who is not known yet it is kept", () => {
    const strange = person("Barbara");
    const now = take(arrived(), presence("online", 1, strange));
    const answered = { name: "user.get", request: { user_id: strange.user_id }, answer: { user: strange } } as const;
    expect(statusOf(take(now, { kind: "answered", answered, asked: now, at: 0 }), strange.user_id)).toBe("online");
  });
});

describe("notices", () => {
  const waiting = { code: "added_to_group", severity: "info", message: "", notice_id: "n1" } as const;
  const expiring = { code: "password_expiring", severity: "warning", message: "3 days", days_left: 3 } as const;

  test("those of the account are said anew, those that wait stay until they are dismissed", () => {
    const { snapshot: _, ...body } = readyBody({ recovered: true, notices: [waiting] });
    const both = take(arrived(), push({ name: "notice", body: expiring }), push({ name: "ready", body }));
    expect(both.notices).toEqual([expiring, waiting]);
    const renewed = take(both, { kind: "entered", user: ada, notices: [{ ...expiring, days_left: 2 }], at: 0 });
    expect(renewed.notices).toEqual([waiting, { ...expiring, days_left: 2 }]);
    const answered = { name: "notice.dismiss", request: { notice_id: "n1" }, answer: {} } as const;
    expect(take(renewed, { kind: "answered", answered, asked: renewed, at: 0 }).notices).toHaveLength(1);
  });
});

describe("conversations", () => {
  test("whoever changes a group has read nothing by that; whoever says something has", () => {
    const mine = {
      conversation_id: "g_Floor",
      seq: 3,
      message_id: "m",
      client_message_id: "c",
      sender_id: ada.user_id,
    };
    const change = { ...mine, text: "", sent_at: at(3), change: { name: "Desk" } };
    const before = arrived(group(1, { last_seq: 2, read_seq: 1, unread: 1 }));
    const page = { side: "newest", known: 2, messages: [], isEnd: false } as const;
    const open = take(before, { kind: "paged", conversationId: "g_Floor", page, asked: before });
    const changed = take(open, push({ name: "message.sent", body: { message: change, cursor: "" } }));
    expect(changed.conversations.get("g_Floor")).toMatchObject({ last_seq: 3, read_seq: 1 });
    expect(changed.threads.get("g_Floor")?.readers.size).toBe(0);
    const { change: _, ...spoken } = { ...change, seq: 4 };
    const heard = take(changed, push({ name: "message.sent", body: { message: spoken, cursor: "" } }));
    expect(heard.conversations.get("g_Floor")).toMatchObject({ last_seq: 4, read_seq: 4 });
  });

  test("pinned first, then the newest", () => {
    const mine = { read_seq: 0, unread: 0 };
    const one = group(1, { ...mine, conversation_id: "g_one", created_at: at(1) });
    const two = group(1, { ...mine, conversation_id: "g_two", created_at: at(2) });
    const now = take(arrived(one, two), said(1, { sent_at: at(3) }));
    expect(now.order).toEqual(["d_Grace", "g_two", "g_one"]);
    const pinned = { conversation_id: "g_one", muted: false, pinned: true, version: 2, cursor: "" };
    const top = take(now, push({ name: "conversation.updated", body: pinned }));
    expect(top.order).toEqual(["g_one", "d_Grace", "g_two"]);
    const older = { ...pinned, pinned: false, version: 1 };
    expect(take(top, push({ name: "conversation.updated", body: older }))).toBe(top);
  });

  test("an older telling of a group changes nothing", () => {
    const told = (version: number, name: string): Input =>
      push({ name: "group.updated", body: { conversation: group(version, { name }), cursor: "" } });
    const now = take(arrived(group(1, { read_seq: 0 })), told(3, "Third"), told(2, "Second"));
    expect(now.conversations.get("g_Floor")).toMatchObject({ name: "Third", version: 3 });
  });

  test("who may write is told by the group", () => {
    const told = group(2, { writing_enabled: false });
    const joined = take(arrived(), push({ name: "group.created", body: { conversation: told, cursor: "" } }));
    expect(joined.conversations.get("g_Floor")?.may_write).toBe(false);
    const own = { ...told, owner_id: ada.user_id, version: 3 };
    const owner = take(joined, push({ name: "group.updated", body: { conversation: own, cursor: "" } }));
    expect(owner.conversations.get("g_Floor")?.may_write).toBe(true);
  });

  test("a message of before the last one takes nothing back", () => {
    const now = take(arrived(), said(2), said(1));
    expect(now.conversations.get("d_Grace")).toMatchObject({ last_seq: 2, last_message: { seq: 2 } });
  });

  test("a group that is gone is gone, whatever an answer says that was on its way", () => {
    const asked = arrived(group(1, { read_seq: 0 }));
    const body = { conversation: group(2), reason: "removed", cursor: "" };
    const gone = take(asked, push({ name: "group.deleted", body }));
    const request = { conversation_id: "g_Floor" };
    const answered = {
      name: "conversation.get",
      request,
      answer: { conversation: group(1, { read_seq: 0 }) },
    } as const;
    const late = take(gone, { kind: "answered", answered, asked, at: 0 });
    expect([late.conversations.size, late.order]).toEqual([0, []]);
  });
});

test("a shared map is a map, and shares what does not change", () => {
  const keys = Array.from({ length: 5_000 }, (_, n) => `u_${n}`);
  const before = SharedMap.of(keys.map((key) => [key, key] as const));
  expect(new Map(before)).toEqual(new Map(keys.map((key) => [key, key])));
  const after = before.with("u_7", "seven");
  expect([before.get("u_7"), after.get("u_7"), after.size]).toEqual(["u_7", "seven", 5_000]);
  expect(after.with("u_7", "seven")).toBe(after);
  expect([after.without("u_7").has("u_7"), after.without("u_7").size]).toEqual([false, 4_999]);
  expect([...before.keys()].toSorted()).toEqual(keys.toSorted());
});
