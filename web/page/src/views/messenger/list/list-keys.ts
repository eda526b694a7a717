/** Keys that work from everywhere: to the search by name, to the conversation above or below, to one with unread. */
import { useLocation } from "preact-iso";
import { useKey } from "../../../keys/use.ts";
import { parley } from "../../../parley.ts";
import { chosenAt } from "../chosen.ts";

export function useListKeys(rows: readonly string[], chosen: string, open: (row: string) => void): void {
  const { route } = useLocation();

  function step(by: 1 | -1, isWanted: (row: string) => boolean = () => true) {
    const at = rows.indexOf(chosen);
    const start = at < 0 && by < 0 ? rows.length : at;
    for (let to = start + by; to >= 0 && to < rows.length; to += by) if (isWanted(rows[to]!)) return open(rows[to]!);
  }

  useKey("next", () => step(1));
  useKey("previous", () => step(-1));
  useKey("nextUnread", () => step(1, isUnread));
  useKey("previousUnread", () => step(-1, isUnread));
  useKey("find", () => {
    const find = () => document.getElementById("find");
    // Where there is no room for both, the list is behind the conversation.
    if (!find()?.checkVisibility()) route("/");
    requestAnimationFrame(() => find()?.focus());
  });
}

function isUnread(row: string): boolean {
  const one = chosenAt(row);
  return !!one && "conversationId" in one && (parley.state.conversations.get(one.conversationId)?.unread ?? 0) > 0;
}
