/** How one is shown to others. What is set takes the place of all that was set before, so the rest is said again. */
import type { PersonPresence, State } from "parley-client";
import { parley } from "../../../parley.ts";
import { myId } from "../naming.ts";

export type Chosen = "online" | "away" | "do_not_disturb";

const KEPT_AS = "parley.chosen-away";

export function myPresence(state: State): PersonPresence {
  const me = myId(state);
  const { presence } = state.people.get(me) ?? {};
  if (presence) return presence;
  if (untold.user_id !== me) untold = { user_id: me, status: "online" };
  return untold;
}
/** Until the server has said it: whoever looks at this is here. */
let untold: PersonPresence = { user_id: "", status: "online" };

export function setStatus(status: Chosen, until?: Date): Promise<unknown> {
  const { note, note_until } = myPresence(parley.state);
  return set({
    status,
    ...(until && { status_until: until.toISOString() }),
    ...(note && { note }),
    ...(note && note_until && { note_until }),
  });
}

export function setNote(note: string, until?: Date): Promise<unknown> {
  return set({ ...chosen(), note, ...(until && { note_until: until.toISOString() }) });
}

export function clearNote(): Promise<unknown> {
  return set(chosen());
}

/** What was chosen stays; who is away because they did nothing for a while has not chosen that. */
function chosen(): { status: Chosen; status_until?: string } {
  const { status, status_until } = myPresence(parley.state);
  const isChosen = status === "do_not_disturb" || (status === "away" && (status_until || wasChosen()));
  if (!isChosen) return { status: "online" };
  return { status, ...(status_until && { status_until }) };
}

async function set(request: Parameters<typeof parley.ask<"presence.set">>[1]): Promise<void> {
  await parley.ask("presence.set", request);
  localStorage.setItem(KEPT_AS, request.status === "away" ? myId(parley.state) : "");
}

function wasChosen(): boolean {
  return localStorage.getItem(KEPT_AS) === myId(parley.state);
}
