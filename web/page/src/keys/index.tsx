/** Once on the page: `?` says which keys there are. Others open it by `showKeys`. */

import { Suspense } from "preact/compat";
import { useEffect, useState } from "preact/hooks";
import { lazy } from "preact-iso";
import { signal } from "../text/signal.ts";
import { useKey } from "./use.ts";

const Overview = lazy(() => import("./overview.tsx"));
const isShown = signal(false);

export function showKeys(): void {
  isShown.set(true);
}

export function Keys() {
  const [shown, show] = useState(isShown.get());
  useEffect(() => isShown.subscribe(() => show(isShown.get())), []);
  useKey("help", showKeys);
  if (!shown) return null;
  return (
    <Suspense fallback={null}>
      <Overview onClose={() => isShown.set(false)} />
    </Suspense>
  );
}
