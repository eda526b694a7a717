/** Sees to it that the messages to show are here: those around what is unread or sought, else the newest. */
import type { Refusal } from "parley-client";
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { parley, useParley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { refusalOf, refusalText } from "../../../text/refusal.ts";
import { toast } from "../../../ui/toast.tsx";
import { jump } from "./jump.ts";
import { messageAt } from "./quote.tsx";

/** So many unread ones surely are among the newest that come first. */
const FEW = 40;

export interface Opening {
  readonly isLoading: boolean;
  readonly failure: Refusal | undefined;
  readonly target: { seq: number } | undefined;
  jumpTo(seq: number): void;
  toLatest(): void;
}

export function useOpening(conversationId: string | undefined): Opening {
  const [isLoading, setLoading] = useState(conversationId !== undefined);
  const [failure, fail] = useState<Refusal>();
  const [target, aim] = useState<{ seq: number }>();
  const isConnected = useParley((state) => state.connection.phase === "connected");

  const load = useCallback(
    async (aroundSeq?: number) => {
      if (conversationId === undefined) return;
      setLoading(true);
      try {
        await parley.open(conversationId, aroundSeq);
        fail(undefined);
      } catch (error) {
        fail(refusalOf(error));
      }
      setLoading(false);
    },
    [conversationId],
  );

  const jumpTo = useCallback(
    async (seq: number) => {
      if (conversationId === undefined) return;
      if (!messageAt(parley.state, conversationId, seq)) {
        try {
          await parley.open(conversationId, seq);
        } catch (error) {
          return toast(refusalText(refusalOf(error)), { isError: true });
        }
        if (!messageAt(parley.state, conversationId, seq)) return toast(t("conversation.not_seen"), { isError: true });
      }
      // A dialog that led here gives the focus back first.
      requestAnimationFrame(() => aim({ seq }));
    },
    [conversationId],
  );

  const toLatest = useCallback(() => {
    aim(undefined);
    if (conversationId !== undefined && parley.state.threads.get(conversationId)?.hasNewer) void load();
  }, [conversationId, load]);

  useEffect(() => {
    if (conversationId === undefined) return;
    const take = () => {
      const wanted = jump.get();
      if (wanted?.conversationId !== conversationId) return false;
      jump.set(undefined);
      void jumpTo(wanted.seq);
      return true;
    };
    if (!take()) void load(firstUnread(conversationId));
    return jump.subscribe(take);
  }, [conversationId, load, jumpTo]);

  useEffect(() => {
    if (isConnected && failure?.code === "unavailable") void load();
  }, [isConnected, failure, load]);

  return useMemo(
    () => ({ isLoading, failure, target, jumpTo, toLatest }),
    [isLoading, failure, target, jumpTo, toLatest],
  );
}

/** The first unread message where it is not among those that come anyway. */
function firstUnread(conversationId: string): number | undefined {
  const conversation = parley.state.conversations.get(conversationId);
  const { unread = 0, read_seq = 0 } = conversation ?? {};
  if (unread <= FEW || messageAt(parley.state, conversationId, read_seq + 1)) return undefined;
  return read_seq + 1;
}
