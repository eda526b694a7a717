/** Once on the page: `?` says which keys there are. Others open it by `showKeys`. */
import { useEffect, useState } from "preact/hooks";
import { useLate } from "../late.ts";
import { signal } from "../text/signal.ts";
import { useKey } from "./use.ts";

const isShown = signal(false);
const load = () => import("./overview.tsx");
const hide = () => isShown.set(false);

export function showKeys(): void {
  isShown.set(true);
}

export function Keys() {
  const [shown, show] = useState(isShown.get());
  useEffect(() => isShown.subscribe(() => show(isShown.get())), []);
  useKey("help", showKeys);
  const Overview = useLate(load, shown, hide);
  return shown && Overview ? <Overview onClose={hide} /> : null;
}
