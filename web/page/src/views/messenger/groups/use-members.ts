/** Who belongs to a group besides its owner, while it is being made or changed. */
import type { Conversation } from "parley-client";
import { useEffect, useState } from "preact/hooks";
import { parley } from "../../../parley.ts";
import { refusalOf, refusalText } from "../../../text/refusal.ts";

const PAGE = 200;

export interface Members {
  readonly ids: ReadonlySet<string>;
  /** Pages of a large group are still on their way: so many are here, unless `fault` says why not. */
  readonly areHere: boolean;
  readonly loaded: number;
  readonly total: number;
  readonly fault: string | undefined;
  readonly areChanged: boolean;
  add(userId: string): void;
  remove(userId: string): void;
}

export function useMembers(group: Conversation | undefined, initial: readonly string[]): Members {
  const owner = group?.owner_id;
  const listed = group ? group.member_ids : initial;
  const [ids, setIds] = useState<ReadonlySet<string>>(() => new Set(listed?.filter((id) => id !== owner)));
  const [loaded, progress] = useState(listed?.length ?? 0);
  const [areHere, arrive] = useState(listed !== undefined);
  const [fault, fail] = useState<string>();
  const [before, remember] = useState(ids);

  useEffect(() => {
    if (areHere || !group) return;
    let isOver = false;
    const found = new Set<string>();
    async function load(conversation_id: string) {
      let cursor: string | undefined;
      do {
        const page = await parley.ask("member.list", { conversation_id, limit: PAGE, ...(cursor && { cursor }) });
        if (isOver) return;
        for (const id of page.member_ids) if (id !== owner) found.add(id);
        progress(found.size + 1);
        cursor = page.next_cursor;
      } while (cursor);
      setIds(found);
      remember(found);
      arrive(true);
    }
    load(group.conversation_id).catch((thrown) => fail(refusalText(refusalOf(thrown))));
    return () => {
      isOver = true;
    };
  }, []);

  return {
    ids,
    areHere,
    loaded,
    total: group?.member_count ?? 0,
    fault,
    areChanged: ids.size !== before.size || [...ids].some((id) => !before.has(id)),
    add: (id) => setIds((now) => new Set([...now, id])),
    remove: (id) => setIds((now) => new Set([...now].filter((one) => one !== id))),
  };
}
