/** What was begun and not sent, by conversation, as long as this tab lives; nothing of it outlives a log-out. */
import { parley } from "../../../parley.ts";

const PREFIX = "parley.draft.";

/** `place`: a conversation, or a person with whom there is none yet. */
export function draftOf(place: string): string {
  return sessionStorage.getItem(keyOf(place)) ?? "";
}

export function keepDraft(place: string, text: string): void {
  try {
    if (text.trim()) sessionStorage.setItem(keyOf(place), text);
    else sessionStorage.removeItem(keyOf(place));
  } catch {
    // The storage is full: the text is still in the field.
  }
}

function keyOf(place: string): string {
  const session = parley.state.session;
  return `${PREFIX}${session.phase === "in" ? session.user.user_id : ""}.${place}`;
}

parley.subscribe(({ session }) => {
  // Whoever logs out themselves leaves nothing behind; whose session ran out finds it again.
  if (session.phase !== "out" || session.why) return;
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
});
