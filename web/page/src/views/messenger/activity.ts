/** Who moves the pointer or presses a key is not away. */
import { parley } from "../../parley.ts";

const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const;
const TOLD_MS = 5_000;

export function watchActivity(): () => void {
  let told = 0;
  const tell = () => {
    if (document.visibilityState !== "visible" || Date.now() - told < TOLD_MS) return;
    told = Date.now();
    parley.active();
  };
  for (const sign of SIGNS) addEventListener(sign, tell, { passive: true, capture: true });
  document.addEventListener("visibilitychange", tell);
  return () => {
    for (const sign of SIGNS) removeEventListener(sign, tell, { capture: true });
    document.removeEventListener("visibilitychange", tell);
  };
}
