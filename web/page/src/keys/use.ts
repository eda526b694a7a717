/** Keys that work wherever the focus is: of several that want one, whoever came last has it. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { isPressed, takesText } from "./match.ts";
import { isSign, signs } from "./signs.ts";
import { type GlobalKey, KEYS } from "./table.ts";

const wanted: { name: GlobalKey; does: () => void }[] = [];

function press(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || document.querySelector("dialog:modal")) return;
  for (const { name, does } of wanted.toReversed()) {
    const key = KEYS[name].keys.find((one) => isPressed(event, one));
    if (!key || (isSign(key) && (!signs.get() || takesText(event.target)))) continue;
    event.preventDefault();
    does();
    return;
  }
}

/** From the moment this is shown, and while it is, the key does that; not under a dialog, and a plain sign not where one types
 * or does not want them. */
export function useKey(name: GlobalKey, does: () => void): void {
  const latest = useRef(does);
  latest.current = does;
  useLayoutEffect(() => {
    const mine = { name, does: () => latest.current() };
    if (wanted.length === 0) addEventListener("keydown", press);
    wanted.push(mine);
    return () => {
      wanted.splice(wanted.indexOf(mine), 1);
      if (wanted.length === 0) removeEventListener("keydown", press);
    };
  }, [name]);
}
