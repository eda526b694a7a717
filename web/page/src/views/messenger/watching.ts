/** Whose presence is on the screen: of all in a small house, else of those whom some part of the page shows. */
import type { State } from "parley-client";
import { parley } from "../../parley.ts";
import { myId } from "./naming.ts";

const SMALL_HOUSE = 500;
const SETTLED_MS = 150;
const wanted = new Map<string, readonly string[] | "all">();
let timer: ReturnType<typeof setTimeout> | undefined;

/** `part` of the page shows these people now, none of those it showed before. */
export function show(part: string, userIds: readonly string[] | "all"): void {
  wanted.set(part, userIds);
  if (timer !== undefined) return;
  timer = setTimeout(() => {
    timer = undefined;
    watch(parley.state);
  }, SETTLED_MS);
}

function watch(state: State): void {
  if (state.session.phase !== "in") return;
  const parts = [...wanted.values()];
  const isAll = parts.includes("all") || (state.allPeople && state.people.size <= SMALL_HOUSE);
  const ids = [myId(state), ...parts.flatMap((part) => (part === "all" ? [] : part))];
  parley.watch(isAll ? "all" : [...new Set(ids)].sort());
}
