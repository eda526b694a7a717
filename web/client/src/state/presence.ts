/** How people are: of two tellings the one with the higher version, of the same the later. */
import type { PersonPresence } from "../../../contract/index.ts";
import { type Whole, withOwn } from "./whole.ts";

export function toldPresence(whole: Whole, told: readonly PersonPresence[]): Whole {
  const known = told.flatMap((presence) => {
    const person = whole.people.get(presence.user_id);
    return person !== undefined && isNews(person.presence, presence)
      ? [[presence.user_id, { ...person, presence }] as const]
      : [];
  });
  const strange = told
    .filter(({ user_id }) => !whole.people.has(user_id))
    .filter((presence) => isNews(whole.own.strangers.get(presence.user_id), presence));
  const people = whole.people.withAll(known);
  const next = people === whole.people ? whole : { ...whole, people };
  if (strange.length === 0) return next;
  return withOwn(next, { strangers: whole.own.strangers.withAll(strange.map((one) => [one.user_id, one] as const)) });
}

function isNews(before: PersonPresence | undefined, now: PersonPresence): boolean {
  if (before === undefined) return true;
  return (now.version ?? 0) >= (before.version ?? 0) && JSON.stringify(now) !== JSON.stringify(before);
}
