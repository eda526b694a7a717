/** Every group of whoever looks: those further down are loaded, too. */
import type { Conversation, Refusal, State } from "parley-client";
import { useEffect } from "preact/hooks";
import { parley, useParley } from "../../../parley.ts";
import { finderOf } from "../../messenger/list/fold.ts";

export interface Listed {
  readonly groups: readonly Conversation[];
  readonly isBusy: boolean;
  readonly refusal?: Refusal | undefined;
  readonly reload?: () => void;
  /** Absent: there are no more. */
  readonly more?: () => void;
}

export function useGroups(q: string): Listed {
  const conversations = useParley((state) => state.conversations);
  const areMore = useParley((state: State) => state.moreConversations);
  const count = conversations.size;
  useEffect(() => {
    if (areMore) parley.loadMoreConversations().catch(() => undefined);
  }, [areMore, count]);
  const isFound = finderOf(q);
  const groups = [...conversations.values()].filter((one) => one.kind === "group" && isFound(one.name));
  groups.sort((one, other) => (one.name ?? "").localeCompare(other.name ?? ""));
  return { groups, isBusy: areMore };
}
