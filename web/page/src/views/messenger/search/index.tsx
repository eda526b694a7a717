/** Once in the messenger: the search over it. */
import { useEffect, useState } from "preact/hooks";
import { useKey } from "../../../keys/use.ts";
import { useLate } from "../../../late.ts";
import { openSearch, wanted } from "./open.ts";

const load = () => import("./dialog.tsx");
const close = () => wanted.set(undefined);

export function Search() {
  const [shown, show] = useState(wanted.get());
  useEffect(() => wanted.subscribe(() => show(wanted.get())), []);
  useKey("search", () => openSearch());
  const SearchDialog = useLate(load, shown !== undefined, close);
  return shown && SearchDialog ? <SearchDialog wanted={shown} onClose={close} /> : null;
}
