/** Who there is, as far as it was told or loaded. */
import type { User } from "../../../contract/index.ts";
import type { Person } from "./state.ts";
import type { Whole } from "./whole.ts";

export function knowUsers(whole: Whole, users: readonly User[]): Whole {
  const known = users.map((user) => [user.user_id, personOf(whole, user)] as const);
  const people = whole.people.withAll(known);
  return people === whole.people ? whole : { ...whole, people };
}

function personOf(whole: Whole, user: User): Person {
  const before = whole.people.get(user.user_id);
  if (before !== undefined && JSON.stringify(before.user) === JSON.stringify(user)) return before;
  const presence = before?.presence ?? whole.own.strangers.get(user.user_id);
  return presence === undefined ? { user } : { user, presence };
}
