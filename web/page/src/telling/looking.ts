/** Which conversation the person is looking at, in whichever tab: it is open, the tab is seen and has the focus. */
import { hold, isHeld } from "./claim.ts";

let open: string | undefined;
let letGo: (() => void) | undefined;
let held: string | undefined;

/** What this tab shows. */
export function looksAt(conversationId: string | undefined): void {
  open = conversationId;
  update();
}

export async function isLookedAt(conversationId: string): Promise<boolean> {
  return (open === conversationId && isPresent()) || (await isHeld(named(conversationId)));
}

function isPresent(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}

function update(): void {
  const now = isPresent() ? open : undefined;
  if (now === held) return;
  letGo?.();
  letGo = now === undefined ? undefined : hold(named(now));
  held = now;
}

function named(conversationId: string): string {
  return `looking.${conversationId}`;
}

addEventListener("focus", update);
addEventListener("blur", update);
document.addEventListener("visibilitychange", update);
