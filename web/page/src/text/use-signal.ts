/** A signal's value in a view. */
import { useLayoutEffect, useState } from "preact/hooks";
import type { Signal } from "./signal.ts";

/** Drawn anew with each value, also with one that came between the drawing and now. */
export function useSignal<T>(of: Signal<T>): T {
  const [now, show] = useState(() => of.get());
  useLayoutEffect(() => {
    const follow = () => show(() => of.get());
    follow();
    return of.subscribe(follow);
  }, [of]);
  return now;
}
