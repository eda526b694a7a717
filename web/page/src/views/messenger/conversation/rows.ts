/** The rows of a conversation as they are now. */
import type { Conversation, Pending, State, Thread } from "parley-client";
import { useEffect, useMemo, useState } from "preact/hooks";
import { useParley } from "../../../parley.ts";
import { type Row, rowMaker } from "./items.ts";
import { dayOf } from "./times.ts";

/** In larger groups nobody is told how far others have read. */
const MARKED_MEMBERS_MAX = 32;
const NO_MESSAGES: Thread["messages"] = [];

interface Wanted {
  conversation: Conversation | undefined;
  thread: Thread | undefined;
  otherId: string | undefined;
  meId: string;
  newFrom: number | undefined;
}

export function useRows({ conversation, thread, otherId, meId, newFrom }: Wanted): { rows: Row[]; today: number } {
  const today = useToday();
  const make = useMemo(rowMaker, []);
  const conversationId = conversation?.conversation_id;
  const pending = useParley((state) => pendingOf(state, conversationId, otherId), isSameList);
  const messages = thread?.messages ?? NO_MESSAGES;
  const readers = thread?.readers;
  const isMarked = conversation !== undefined && conversation.member_count <= MARKED_MEMBERS_MAX;
  const memberIds = conversation?.member_ids;
  const rows = useMemo(() => {
    const others = isMarked && readers && memberIds ? memberIds.filter((id) => id !== meId) : undefined;
    const read = others?.map((id) => readers?.get(id) ?? 0);
    return make({ messages, pending, meId, newFrom, ...(read && { readers: read }) });
  }, [make, messages, pending, meId, newFrom, readers, isMarked, memberIds]);
  return { rows, today };
}

function pendingOf(state: State, conversationId: string | undefined, otherId: string | undefined): Pending[] {
  return state.outbox.filter(({ to }) =>
    "userId" in to ? to.userId === otherId : to.conversationId === conversationId,
  );
}

function isSameList<T>(one: readonly T[], other: readonly T[]): boolean {
  return one.length === other.length && one.every((item, at) => item === other[at]);
}

/** Another number after each midnight. */
function useToday(): number {
  const [today, set] = useState(dayOf(Date.now()));
  useEffect(() => {
    const timer = setInterval(() => set(dayOf(Date.now())), 30_000);
    return () => clearInterval(timer);
  }, []);
  return today;
}
