/** Who is called so: among the people who are here when that is everybody, else the server is asked. */
import type { State, User } from "parley-client";
import { useEffect, useState } from "preact/hooks";
import { parley, useParley } from "../../../parley.ts";
import { finderOf } from "../list/fold.ts";

export const LETTERS_MIN = 3;
const LISTED_MAX = 50;
const PAUSE_MS = 200;
/** A name in these scripts may have two letters in all. */
const DENSE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

export interface Matches {
  readonly people: readonly User[];
  /** Nobody else is called so. */
  readonly areAll: boolean;
}

const NOBODY: Matches = { people: [], areAll: false };

/** How many letters are wanted before somebody is looked for. */
export function lettersMissing(typed: string): number {
  return DENSE.test(typed) ? 0 : Math.max(0, LETTERS_MIN - [...typed.trim()].length);
}

export function useMatches(typed: string, without: string): Matches {
  const areHere = useParley((state) => state.allPeople);
  const [found, find] = useState<Matches>(NOBODY);
  const isAsked = typed.trim() !== "" && lettersMissing(typed) === 0;

  useEffect(() => {
    if (!isAsked || areHere) return;
    let isOver = false;
    const timer = setTimeout(async () => {
      const answer = await parley.ask("user.list", { q: typed.trim(), limit: LISTED_MAX }).catch(() => undefined);
      if (isOver || !answer) return;
      const people = answer.users.filter((user) => user.user_id !== without && !user.disabled);
      find({ people, areAll: !answer.next_cursor });
    }, PAUSE_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [typed, areHere, isAsked]);

  if (!isAsked) return NOBODY;
  return areHere ? among(parley.state, typed, without) : found;
}

function among(state: State, typed: string, without: string): Matches {
  const people: User[] = [];
  const isFound = finderOf(typed);
  for (const { user } of state.people.values())
    if (user.user_id !== without && !user.disabled && isFound(user.name, user.login)) people.push(user);
  people.sort((one, other) => one.name.localeCompare(other.name));
  return { people: people.slice(0, LISTED_MAX), areAll: people.length <= LISTED_MAX };
}
