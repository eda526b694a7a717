import { useEffect, useState } from "preact/hooks";

const TICK_MS = 250;

/** Whole seconds until then, counting down; `onOver` once there are none. */
export function useSecondsLeft(until: number, onOver: () => void): number {
  const [left, count] = useState(() => secondsTo(until));
  useEffect(() => {
    count(secondsTo(until));
    const timer = setInterval(() => {
      const now = secondsTo(until);
      count(now);
      if (now > 0) return;
      clearInterval(timer);
      onOver();
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [until]);
  return left;
}

function secondsTo(until: number): number {
  return Math.max(0, Math.ceil((until - Date.now()) / 1_000));
}
