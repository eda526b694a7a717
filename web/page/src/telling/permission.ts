/** Whether desktop notifications are shown: the browser allows it, and the person wants it. */

import { t } from "../text/index.ts";
import { signal } from "../text/signal.ts";
import { toast } from "../ui/toast.tsx";

/** `unasked`: nobody has said yes or no; `later`: not now, until it is asked for; `impossible`: this browser has none. */
export type Wish = "on" | "off" | "unasked" | "later" | "denied" | "impossible";

const KEPT_AS = "parley.notifications";

function now(): Wish {
  if (!("Notification" in window) || !isSecureContext) return "impossible";
  if (Notification.permission === "denied") return "denied";
  const kept = localStorage.getItem(KEPT_AS);
  if (Notification.permission === "default") return kept === "later" ? "later" : "unasked";
  return kept === "off" ? "off" : "on";
}

export const notifications = signal<Wish>(now());

/** By a click: browsers ask the person only then. */
export async function allowNotifications(areWanted: boolean): Promise<void> {
  if (!areWanted) localStorage.setItem(KEPT_AS, "off");
  else if (notifications.get() === "impossible") return toast(t("telling.insecure"), { isError: true });
  else {
    localStorage.setItem(KEPT_AS, "on");
    const answer = await Notification.requestPermission();
    if (answer === "denied") toast(t("telling.denied"), { isError: true });
    if (answer === "granted") toast(t("telling.on"));
  }
  notifications.set(now());
}

export function askLater(): void {
  localStorage.setItem(KEPT_AS, "later");
  notifications.set(now());
}

/** Another tab may have asked. */
addEventListener("storage", ({ key }) => {
  if (key === KEPT_AS) notifications.set(now());
});
