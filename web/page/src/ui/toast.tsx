/** A sentence that is shown for a few seconds, e.g. after something was copied. It takes no focus. */
import { useEffect, useState } from "preact/hooks";
import { signal } from "../text/signal.ts";
import "./toast.css";

const SHOWN_MS = 5_000;
const current = signal<{ text: string; isError: boolean } | undefined>(undefined);
let timer = 0;

export function toast(text: string, { isError = false } = {}): void {
  clearTimeout(timer);
  current.set({ text, isError });
  timer = setTimeout(() => current.set(undefined), SHOWN_MS) as unknown as number;
}

/** Once on the page. */
export function Toasts() {
  const [shown, show] = useState(current.get());
  useEffect(() => current.subscribe(() => show(current.get())), []);
  return (
    <div class="toasts" role="status">
      {shown && <p class={`toast ${shown.isError ? "toast--error" : ""}`}>{shown.text}</p>}
    </div>
  );
}
