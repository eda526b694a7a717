/** Tells the person what happens while they look elsewhere: title, icon, notifications, a sound. Once on a page. */
import type { Happening, State } from "parley-client";
import { parley } from "../parley.ts";
import { t } from "../text/index.ts";
import { signal } from "../text/signal.ts";
import { toast } from "../ui/toast.tsx";
import { addressOf } from "../views/messenger/chosen.ts";
import { go } from "./go.ts";
import { showUnread } from "./icon.ts";
import { takeBack, tell } from "./notify.ts";
import { ready } from "./sound.ts";

/** Something came while nobody looked: the moment to ask whether that should be told. */
export const isWorthAsking = signal(false);

export function startTelling(): void {
  parley.subscribe(follow);
  follow(parley.state);
  parley.onHappening((happening) => {
    if (happening.kind === "removed") return sayRemoved(happening);
    if (happening.isMine || !happening.isLive) return;
    isWorthAsking.set(true);
    void tell(happening.message);
  });
  addEventListener("pointerdown", ready);
  addEventListener("keydown", ready);
}

function follow(state: State): void {
  showUnread(state.session.phase === "in" ? state.unreadTotal : 0);
  takeBack(state);
}

function sayRemoved({ conversationId, name, reason }: Happening & { kind: "removed" }): void {
  if (location.pathname === addressOf({ conversationId })) go("/");
  toast(t(reason === "deleted" ? "telling.deleted" : "telling.removed", { name }));
}
