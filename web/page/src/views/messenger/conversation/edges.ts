/** Loads what is beyond the first and the last message that are here, before somebody gets there. */
import type { Thread } from "parley-client";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { parley, useParley } from "../../../parley.ts";

const NEAR_PX = 800;

export interface Edges {
  readonly isLoading: boolean;
  readonly failed: boolean;
  /** So far it is to both ends. */
  near(above: number, below: number): void;
  again(): void;
}

export function useEdges(conversationId: string, thread: Thread): Edges {
  const [isLoading, setLoading] = useState(false);
  const [failed, setFailed] = useState(false);
  const isConnected = useParley((state) => state.connection.phase === "connected");
  const latest = useRef({ thread, isLoading: false, failed: false });
  latest.current.thread = thread;

  const load = useCallback(
    async (what: "loadOlder" | "loadNewer") => {
      latest.current.isLoading = true;
      setLoading(true);
      try {
        await parley[what](conversationId);
        latest.current.failed = false;
      } catch {
        latest.current.failed = true;
      }
      latest.current.isLoading = false;
      setLoading(false);
      setFailed(latest.current.failed);
    },
    [conversationId],
  );

  const near = useCallback(
    (above: number, below: number) => {
      const { thread, isLoading, failed } = latest.current;
      if (isLoading || failed) return;
      if (above < NEAR_PX && thread.hasOlder) load("loadOlder");
      else if (below < NEAR_PX && thread.hasNewer) load("loadNewer");
    },
    [load],
  );

  const again = useCallback(() => {
    latest.current.failed = false;
    setFailed(false);
    if (latest.current.thread.hasOlder) load("loadOlder");
  }, [load]);

  useEffect(() => {
    if (isConnected && latest.current.failed) again();
  }, [isConnected, again]);

  return useMemo(() => ({ isLoading, failed, near, again }), [isLoading, failed, near, again]);
}
