import type { Conversation, Person, State } from "parley-client";
import { beforeEach, expect, test, vi } from "vitest";
import { finderOf } from "../src/views/messenger/list/fold.ts";
import { EVERYTHING, rowsOf, type Wanted } from "../src/views/messenger/list/rows.ts";

beforeEach(() => {
  vi.stubGlobal("navigator", { languages: ["en"] });
});

const PEOPLE = ["Ada Lovelace", "Zoë Łukasz-Núñez", "Grace Hopper", "Linus Torvalds"];

function stateOf({ people = PEOPLE.map((name) => person(name)), conversations = [] as Conversation[] } = {}): State {
  return {
    session: { phase: "in", user: person("Ada Lovelace").user },
    connection: { phase: "connected", since: 0 },
    people: new Map(people.map((one) => [one.user.user_id, one])),
    allPeople: true,
    conversations: new Map(conversations.map((one) => [one.conversation_id, one])),
    order: conversations.map((one) => one.conversation_id),
    moreConversations: false,
    threads: new Map(),
    unreadTotal: 0,
    outbox: [],
    typing: new Map(),
    notices: [],
  };
}

function person(name: string, status: "online" | "away" | "offline" = "offline", disabled = false): Person {
  const id = name.split(" ")[0]!;
  const user = { user_id: id, login: id.toLowerCase(), name, role: "agent", disabled } as const;
  return { user, presence: { user_id: id, status } };
}

function direct(other: string): Conversation {
  const member_ids = ["Ada", other];
  return {
    conversation_id: `d_${other}`,
    kind: "direct",
    member_count: 2,
    writing_enabled: true,
    last_seq: 1,
    member_ids,
  };
}

function group(name: string): Conversation {
  return { conversation_id: `g_${name}`, kind: "group", name, member_count: 2, writing_enabled: true, last_seq: 1 };
}

const wanting = (what: Partial<Wanted>): Wanted => ({ ...EVERYTHING, ...what });

test("conversations as they are ordered, then the others by name, nobody twice, not oneself", () => {
  const state = stateOf({ conversations: [group("Floor"), direct("Linus")] });
  expect(rowsOf(state, EVERYTHING)).toEqual(["/c/g_Floor", "/c/d_Linus", "/p/Grace", "/p/Zo%C3%AB"]);
});

test("whose account is closed is there with what was said, and else not", () => {
  const people = [person("Grace Hopper", "offline", true), person("Linus Torvalds", "offline", true)];
  expect(rowsOf(stateOf({ people, conversations: [direct("Linus")] }), EVERYTHING)).toEqual(["/c/d_Linus"]);
});

test("by status: whoever is logged in is online, and groups are neither", () => {
  const people = [person("Grace Hopper", "away"), person("Linus Torvalds"), person("Zoë Núñez", "online")];
  const state = stateOf({ people, conversations: [group("Floor"), direct("Zoë")] });
  expect(rowsOf(state, wanting({ status: "online" }))).toEqual(["/c/d_Zo%C3%AB", "/p/Grace"]);
  expect(rowsOf(state, wanting({ status: "offline" }))).toEqual(["/p/Linus"]);
  expect(rowsOf(state, wanting({ tab: "groups", status: "online" }))).toEqual(["/c/g_Floor"]);
});

test("by every word of what was typed, in a name or a login, without case and accents", () => {
  const state = stateOf({ conversations: [group("Straße"), direct("Zoë")] });
  expect(rowsOf(state, wanting({ typed: " nunez LUKASZ" }))).toEqual(["/c/d_Zo%C3%AB"]);
  expect(rowsOf(state, wanting({ typed: "STRASSE" }))).toEqual(["/c/g_Stra%C3%9Fe"]);
  expect(rowsOf(state, wanting({ typed: "grace" }))).toEqual(["/p/Grace"]);
  expect(rowsOf(state, wanting({ typed: "grace linus" }))).toEqual([]);
  expect(finderOf("")("anybody")).toBe(true);
});

test("the same rows are the same array, and another when somebody is met, comes online or is called otherwise", () => {
  const before = stateOf({ conversations: [group("Floor")] });
  const rows = rowsOf(before, EVERYTHING);
  expect(rowsOf({ ...before, conversations: new Map(before.conversations) }, EVERYTHING)).toBe(rows);
  const met = stateOf({ conversations: [group("Floor"), direct("Grace")] });
  expect(rowsOf({ ...met, people: before.people, session: before.session }, EVERYTHING)).toEqual([
    "/c/g_Floor",
    "/c/d_Grace",
    "/p/Linus",
    "/p/Zo%C3%AB",
  ]);
  const renamed = stateOf({ people: [person("Grace Hopper"), person("Linus Aaronson"), person("Aron Zed")] });
  expect(rowsOf(renamed, EVERYTHING)).toEqual(["/p/Aron", "/p/Grace", "/p/Linus"]);
  const online = wanting({ status: "online" });
  expect(rowsOf(stateOf(), online)).toEqual([]);
  expect(rowsOf(stateOf({ people: [person("Grace Hopper", "online")] }), online)).toEqual(["/p/Grace"]);
});
