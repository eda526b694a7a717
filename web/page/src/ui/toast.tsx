/**
 * A sentence that is shown for a few seconds, e.g. after something was copied. It takes no focus. An open dialog is over
 * everything, and all outside of it is silent: so the page has a place for toasts, and each dialog one of its own.
 */
import { useEffect, useState } from "preact/hooks";
import { signal } from "../text/signal.ts";
import "./toast.css";

const SHOWN_MS = 5_000;
const current = signal<{ text: string; isError: boolean } | undefined>(undefined);
const places = signal<readonly symbol[]>([]);
let timer = 0;

export function toast(text: string, { isError = false } = {}): void {
  clearTimeout(timer);
  current.set({ text, isError });
  timer = setTimeout(() => current.set(undefined), SHOWN_MS) as unknown as number;
}

/** Once on the page and once in each dialog: the one that came last shows what there is to show. */
export function Toasts() {
  const [place] = useState(() => Symbol("toasts"));
  const [shown, show] = useState(current.get());
  const [isOnTop, rise] = useState(false);
  useEffect(() => {
    const follow = () => show(current.get());
    const look = () => rise(places.get().at(-1) === place);
    follow(); // what was said between the drawing and now
    const forget = [current.subscribe(follow), places.subscribe(look)];
    places.set([...places.get(), place]);
    return () => {
      for (const each of forget) each();
      places.set(places.get().filter((one) => one !== place));
    };
  }, []);
  return (
    <div class="toasts" role="status">
      {shown && isOnTop && <p class={`toast ${shown.isError ? "toast--error" : ""}`}>{shown.text}</p>}
    </div>
  );
}
