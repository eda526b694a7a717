/** Once in the messenger: the search over it, loaded when it is wanted. */
import { Suspense } from "preact/compat";
import { useEffect, useState } from "preact/hooks";
import { lazy } from "preact-iso";
import { useKey } from "../../../keys/use.ts";
import { openSearch, wanted } from "./open.ts";

const PRELOADED_AFTER_MS = 3_000;
const SearchDialog = lazy(() => import("./dialog.tsx"));

export function Search() {
  const [shown, show] = useState(wanted.get());
  useEffect(() => wanted.subscribe(() => show(wanted.get())), []);
  useEffect(() => {
    // Whoever presses the keys types on at once.
    const timer = setTimeout(() => SearchDialog.preload(), PRELOADED_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  useKey("search", () => openSearch());
  if (!shown) return null;
  return (
    <Suspense fallback={null}>
      <SearchDialog wanted={shown} onClose={() => wanted.set(undefined)} />
    </Suspense>
  );
}
