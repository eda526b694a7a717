/** Every group of whoever looks: those further down are loaded, too. */
import type { Conversation, State } from "parley-client";
import { useEffect } from "preact/hooks";
import { parley, useParley } from "../../../parley.ts";

export function useGroups(): { groups: readonly Conversation[]; areAll: boolean } {
  const conversations = useParley((state) => state.conversations);
  const areMore = useParley((state: State) => state.moreConversations);
  const count = conversations.size;
  useEffect(() => {
    if (areMore) parley.loadMoreConversations().catch(() => undefined);
  }, [areMore, count]);
  const groups = [...conversations.values()].filter((one) => one.kind === "group");
  groups.sort((one, other) => (one.name ?? "").localeCompare(other.name ?? ""));
  return { groups, areAll: !areMore };
}
