/** What happened while the person looks elsewhere, said on the desktop: one notification for each conversation. */
import type { Message, State } from "parley-client";
import { parley } from "../parley.ts";
import { t } from "../text/index.ts";
import { addressOf } from "../views/messenger/chosen.ts";
import { myPresence } from "../views/messenger/header/status.ts";
import { nameOf } from "../views/messenger/naming.ts";
import { claim } from "./claim.ts";
import { go } from "./go.ts";
import { isLookedAt } from "./looking.ts";
import { notifications } from "./permission.ts";
import { ring } from "./sound.ts";

const TEXT_MAX = 200;
const CLAIMED_MS = 10_000;
const shown = new Map<string, Notification>();

/** Neither in do not disturb, nor of a muted conversation, nor of the one that is being looked at. */
export async function tell(message: Message): Promise<void> {
  const { state } = parley;
  const one = state.conversations.get(message.conversation_id);
  if (!one || one.muted || message.change || message.deleted_at) return;
  if (myPresence(state).status === "do_not_disturb" || (await isLookedAt(message.conversation_id))) return;
  void ring();
  if (notifications.get() === "on" && (await claim(`told.${message.message_id}`, CLAIMED_MS))) notify(state, message);
}

function notify(state: State, message: Message): void {
  const id = message.conversation_id;
  const one = state.conversations.get(id);
  const name = nameOf(state, message.sender_id);
  const title = one?.kind === "group" ? t("telling.in_group", { name, group: one.name ?? "" }) : name;
  try {
    const notification = new Notification(title, {
      body: message.text.slice(0, TEXT_MAX),
      tag: `parley.${id}`,
      icon: "/icon.svg",
      silent: true,
      lang: document.documentElement.lang,
      dir: document.documentElement.dir === "rtl" ? "rtl" : "ltr",
    });
    notification.addEventListener("click", () => {
      window.focus();
      go(addressOf({ conversationId: id }));
      notification.close();
    });
    shown.set(id, notification);
  } catch {
    // Some browsers of phones have the constructor and refuse to construct.
  }
}

/** What is read, here or elsewhere, needs no notification any more. */
export function takeBack(state: State): void {
  for (const [id, notification] of shown) {
    if (state.session.phase === "in" && (state.conversations.get(id)?.unread ?? 0) > 0) continue;
    notification.close();
    shown.delete(id);
  }
}
