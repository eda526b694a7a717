/** What was begun and not sent, by conversation, as long as this tab lives; nothing of it outlives a log-out. */
import { parley } from "../../../parley.ts";
import { myId } from "../naming.ts";

const PREFIX = "parley.draft.";

/** Who is logged in here, or whose session ran out; nobody after a log-out. */
let writer = myId(parley.state);

/** `place`: a conversation, or a person with whom there is none yet. */
export function draftOf(place: string): string {
  return sessionStorage.getItem(keyOf(place)) ?? "";
}

/** Keeps what whoever is here now writes there: nothing once they are gone, though the field goes after them. */
export function keeperOf(place: string): (text: string) => void {
  const mine = writer;
  return (text) => {
    if (mine === "" || mine !== writer) return;
    try {
      if (text.trim()) sessionStorage.setItem(keyOf(place), text);
      else sessionStorage.removeItem(keyOf(place));
    } catch {
      // The storage is full: the text is still in the field.
    }
  };
}

function keyOf(place: string): string {
  return `${PREFIX}${writer}.${place}`;
}

/** Whoever logs out themselves leaves nothing behind; whose session ran out finds it again, unless somebody else comes. */
parley.subscribe((state) => {
  const { session } = state;
  if (session.phase === "out" ? session.why : myId(state) === writer) return;
  writer = myId(state);
  for (const key of Object.keys(sessionStorage))
    if (key.startsWith(PREFIX) && (writer === "" || !key.startsWith(keyOf("")))) sessionStorage.removeItem(key);
});
