import { useEffect, useState } from "preact/hooks";
import { parley, useParley } from "../../../parley.ts";

const AGAIN_MS = 5_000;

/** Loads everybody and every conversation, a page at a time, once there is a connection. */
export function useEverybody(): void {
  const isConnected = useParley((state) => state.connection.phase === "connected");
  useEffect(() => {
    if (!isConnected) return;
    let isOver = false;
    async function load() {
      while (!isOver && !(parley.state.allPeople && !parley.state.moreConversations)) {
        const before = parley.state;
        try {
          if (!parley.state.allPeople) await parley.loadPeople();
          if (parley.state.moreConversations) await parley.loadMoreConversations();
          if (parley.state !== before) continue;
        } catch {
          // It is wanted again after the pause, like what brought nothing.
        }
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
    void load();
    return () => {
      isOver = true;
    };
  }, [isConnected]);
}

/** Draws anew when a day begins: what was today is yesterday. */
export function useMidnight(): void {
  const [day, begin] = useState(() => new Date().toDateString());
  useEffect(() => {
    const now = new Date();
    const next = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime() + 1_000;
    const timer = setTimeout(() => begin(new Date().toDateString()), next - now.getTime());
    return () => clearTimeout(timer);
  }, [day]);
}
