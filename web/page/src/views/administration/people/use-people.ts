/** People of a filter, page after page until all are here: the server sorts them by name. */
import type { Asks, Refusal, User } from "parley-client";
import { useEffect, useRef, useState } from "preact/hooks";
import { parley } from "../../../parley.ts";
import { refusalOf } from "../../../text/refusal.ts";

export interface Filter {
  readonly q: string;
  /** "service": service accounts, whose role is that of agents. */
  readonly role: "" | User["role"] | "service";
  readonly status: "all" | "online" | "offline";
}

export interface Found {
  readonly people: readonly User[];
  readonly isAll: boolean;
  readonly refusal?: Refusal;
}

const PAGE = 200;
const TYPED_MS = 200;
/** So often a page that the server cannot give now is asked for again: thousands of people are many pages. */
const TRIES = 5;
const PAUSE_S = 1;
const NOBODY: Found = { people: [], isAll: false };

export function usePeople({ q, role, status }: Filter) {
  const [found, find] = useState<Found>(NOBODY);
  const [round, again] = useState(0);
  const isFirst = useRef(true);
  useEffect(() => {
    let isOver = false;
    async function load() {
      let people: readonly User[] = [];
      let cursor: string | undefined;
      try {
        do {
          const answer = await page({
            limit: PAGE,
            ...(q.trim() && { q: q.trim() }),
            ...(role && { role: role === "service" ? "agent" : role }),
            ...(status !== "all" && { status }),
            ...(cursor && { cursor }),
          });
          if (isOver) return;
          people = [...people, ...answer.users.filter((one) => role !== "service" || one.kind === "service")];
          cursor = answer.next_cursor;
          find({ people, isAll: !cursor });
        } while (cursor);
      } catch (thrown) {
        if (!isOver) find({ people, isAll: false, refusal: refusalOf(thrown) });
      }
    }
    const timer = setTimeout(load, isFirst.current ? 0 : TYPED_MS);
    isFirst.current = false;
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [q, role, status, round]);

  return {
    ...found,
    reload: () => again((count) => count + 1),
    /** As they are now, where they stood; a new one is where the next listing puts them. */
    put(user: User) {
      find((before) => ({
        ...before,
        people: before.people.map((one) => (one.user_id === user.user_id ? user : one)),
      }));
    },
  };
}

async function page(wanted: Asks["user.list"]["request"]): Promise<Asks["user.list"]["answer"]> {
  for (let left = TRIES; ; left--) {
    try {
      return await parley.ask("user.list", wanted);
    } catch (thrown) {
      const { code, retry_after_s } = refusalOf(thrown);
      if (left === 0 || (code !== "unavailable" && code !== "rate_limited")) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, (retry_after_s ?? PAUSE_S) * 1_000));
    }
  }
}
