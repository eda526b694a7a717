/** Once in the messenger: the search over it. */
import { useKey } from "../../../keys/use.ts";
import { useLate } from "../../../late.ts";
import { useSignal } from "../../../text/use-signal.ts";
import { openSearch, wanted } from "./open.ts";

const load = () => import("./dialog.tsx");
const close = () => wanted.set(undefined);

export function Search() {
  const shown = useSignal(wanted);
  useKey("search", () => openSearch());
  const SearchDialog = useLate(load, shown !== undefined, close);
  return shown && SearchDialog ? <SearchDialog wanted={shown} onClose={close} /> : null;
}
