/** Every group there is, for an administrator: by name, a page at a time; looked at anew once one was changed here. */
import type { Conversation, Refusal } from "parley-client";
import { useEffect, useRef, useState } from "preact/hooks";
import { parley } from "../../../parley.ts";
import { refusalOf } from "../../../text/refusal.ts";
import { wanted } from "../../messenger/groups/edit.ts";
import type { Listed } from "./use-groups.ts";

const PAGE = 100;
const TYPED_MS = 200;

interface Found {
  readonly groups: readonly Conversation[];
  readonly next?: string | undefined;
  readonly isBusy: boolean;
  readonly refusal?: Refusal;
}

export function useAllGroups(q: string): Listed {
  const [found, find] = useState<Found>({ groups: [], isBusy: true });
  const [round, again] = useState(0);
  const isFirst = useRef(true);
  useEffect(() => wanted.subscribe(() => wanted.get() ?? again((count) => count + 1)), []);

  useEffect(() => {
    let isOver = false;
    find((before) => ({ ...before, isBusy: true }));
    const look = () =>
      page(q).then(
        (first) => isOver || find({ ...first, isBusy: false }),
        (thrown) => isOver || find({ groups: [], isBusy: false, refusal: refusalOf(thrown) }),
      );
    const timer = setTimeout(look, isFirst.current ? 0 : TYPED_MS);
    isFirst.current = false;
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [q, round]);

  async function more() {
    if (!found.next || found.isBusy) return;
    find({ ...found, isBusy: true });
    const next = await page(q, found.next).catch((thrown) => ({
      groups: [],
      next: found.next,
      refusal: refusalOf(thrown),
    }));
    find((now) => {
      if (now.next !== found.next) return now; // looked for something else meanwhile
      const known = new Set(now.groups.map((one) => one.conversation_id));
      const fresh = next.groups.filter((one) => !known.has(one.conversation_id));
      return { ...next, groups: [...now.groups, ...fresh], isBusy: false };
    });
  }

  const { groups, isBusy, refusal } = found;
  return { groups, isBusy, refusal, reload: () => again((count) => count + 1), ...(found.next && { more }) };
}

/** A page may be empty and have a next one. */
async function page(q: string, cursor?: string): Promise<Pick<Found, "groups" | "next">> {
  let groups: readonly Conversation[] = [];
  let next = cursor;
  do {
    const answer = await parley.ask("group.list", { limit: PAGE, ...(q && { q }), ...(next && { cursor: next }) });
    groups = answer.groups;
    next = answer.next_cursor;
  } while (groups.length === 0 && next);
  return { groups, next };
}
