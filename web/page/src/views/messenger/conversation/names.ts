/** Who somebody is, by id. People who are not known yet are asked for, once. */
import { useEffect } from "preact/hooks";
import { parley, useParley } from "../../../parley.ts";
import { myId, nameOf } from "../naming.ts";

/** By who asked: whoever logs in next knows nobody yet. */
const asked = new Set<string>();

export function useName(userId: string): string {
  useKnown([userId]);
  return useParley((state) => nameOf(state, userId));
}

/** Sees to it that these people are known sooner or later. */
export function useKnown(userIds: readonly string[]): void {
  useEffect(() => {
    for (const userId of userIds) {
      const wanted = `${myId(parley.state)} ${userId}`;
      if (asked.has(wanted) || parley.state.people.has(userId)) continue;
      asked.add(wanted);
      parley.ask("user.get", { user_id: userId }).catch(() => asked.delete(wanted));
    }
  }, [userIds.join()]);
}
