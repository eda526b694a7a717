/** Once on the page: `?` says which keys there are. Others open it by `showKeys`. */
import { useLate } from "../late.ts";
import { signal } from "../text/signal.ts";
import { useSignal } from "../text/use-signal.ts";
import { useKey } from "./use.ts";

const isShown = signal(false);
const load = () => import("./overview.tsx");
const hide = () => isShown.set(false);

export function showKeys(): void {
  isShown.set(true);
}

export function Keys() {
  const shown = useSignal(isShown);
  useKey("help", showKeys);
  const Overview = useLate(load, shown, hide);
  return shown && Overview ? <Overview onClose={hide} /> : null;
}
