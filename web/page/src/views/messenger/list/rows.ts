/**
 * What the list has: conversations as they are ordered, then people with whom there is none yet, by name. A row is its
 * address, `/c/<conversation_id>` or `/p/<user_id>`. Pure; the same rows are the same array.
 */
import type { Conversation, Person, State } from "parley-client";
import { language, localeOf } from "../../../text/index.ts";
import { addressOf } from "../chosen.ts";
import { directsOf, isBot, myId, otherOf, statusOf, titleOf } from "../naming.ts";
import { finderOf } from "./fold.ts";

export interface Wanted {
  readonly tab: "all" | "groups";
  readonly typed: string;
  readonly status: "all" | "online" | "offline";
}

export const EVERYTHING: Wanted = { tab: "all", typed: "", status: "all" };

let made: { state: State; wanted: Wanted; rows: readonly string[] } | undefined;

export function rowsOf(state: State, wanted: Wanted): readonly string[] {
  const isSame =
    made?.wanted === wanted &&
    made.state.order === state.order &&
    made.state.conversations === state.conversations &&
    made.state.people === state.people &&
    made.state.session === state.session;
  if (made && isSame) return made.rows;
  const rows = make(state, wanted);
  made = { state, wanted, rows: made && isEqual(made.rows, rows) ? made.rows : rows };
  return made.rows;
}

function make(state: State, wanted: Wanted): readonly string[] {
  const rows: string[] = [];
  const isFound = finderOf(wanted.typed);
  for (const id of state.order) {
    const one = state.conversations.get(id);
    if (one && isWanted(state, one, wanted, isFound)) rows.push(addressOf({ conversationId: id }));
  }
  return wanted.tab === "groups" ? rows : rows.concat(strangers(state, wanted, isFound));
}

let met: { state: State; wanted: Wanted; directs: ReadonlyMap<string, string>; rows: readonly string[] } | undefined;

/** With whom there is no conversation yet: the same as before, whatever is said in the conversations there are. */
function strangers(state: State, wanted: Wanted, isFound: IsFound): readonly string[] {
  const directs = directsOf(state);
  const isSame =
    met?.wanted === wanted &&
    met.state.people === state.people &&
    met.state.session === state.session &&
    met.directs.size === directs.size &&
    [...directs.keys()].every((id) => met?.directs.has(id));
  if (met && isSame) return met.rows;
  const me = myId(state);
  const rows: string[] = [];
  for (const person of byName(state.people)) {
    const { user_id, name, login, disabled } = person.user;
    if (user_id === me || disabled || directs.has(user_id)) continue;
    if (hasStatus(person, wanted) && isFound(name, login)) rows.push(addressOf({ userId: user_id }));
  }
  met = { state, wanted, directs, rows };
  return rows;
}

type IsFound = ReturnType<typeof finderOf>;

function isWanted(state: State, one: Conversation, wanted: Wanted, isFound: IsFound): boolean {
  const other = otherOf(one, myId(state));
  if (!other && one.kind === "direct") return false;
  if (wanted.tab === "groups" ? other : !other && wanted.status !== "all") return false;
  const person = other ? state.people.get(other) : undefined;
  if (other && !hasStatus(person, wanted)) return false;
  return isFound(titleOf(state, one), person?.user.login);
}

/** Online is everybody who is logged in, however they are; a group and a bot are neither. */
function hasStatus(person: Person | undefined, { tab, status }: Wanted): boolean {
  if (status === "all" || tab === "groups") return true;
  if (isBot(person)) return false;
  return (statusOf(person) === "offline") === (status === "offline");
}

let sorted: { people: State["people"]; locale: string; list: readonly Person[] } | undefined;

/** Sorted anew only when somebody came or is called otherwise, not whenever somebody's presence changes. */
function byName(people: State["people"]): readonly Person[] {
  const locale = localeOf(language.get());
  if (sorted?.people === people && sorted.locale === locale) return sorted.list;
  const isSame =
    sorted?.locale === locale &&
    sorted.list.length === people.size &&
    sorted.list.every((one) => people.get(one.user.user_id)?.user === one.user);
  const order = new Intl.Collator(locale, { sensitivity: "base", numeric: true });
  const list =
    sorted && isSame
      ? sorted.list.map((one) => people.get(one.user.user_id)!)
      : [...people.values()].sort((one, other) => order.compare(one.user.name, other.user.name));
  sorted = { people, locale, list };
  return list;
}

function isEqual(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((row, at) => row === other[at]);
}
