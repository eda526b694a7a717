/** Tells the person what happens while they look elsewhere: title, icon, notifications, a sound. Once on a page. */
import { parley } from "../parley.ts";
import { t } from "../text/index.ts";
import { signal } from "../text/signal.ts";
import { toast } from "../ui/toast.tsx";
import { go } from "./go.ts";
import { showUnread } from "./icon.ts";
import { takeBack, tell } from "./notify.ts";
import { ready } from "./sound.ts";

/** Something came while nobody looked: the moment to ask whether that should be told. */
export const isWorthAsking = signal(false);

export function startTelling(): () => void {
  const ends = [
    parley.subscribe((state) => {
      showUnread(state.session.phase === "in" ? state.unreadTotal : 0);
      takeBack(state);
    }),
    parley.onHappening((happening) => {
      if (happening.kind === "removed") {
        if (decodeURIComponent(location.pathname) === `/c/${happening.conversationId}`) go("/");
        const what = happening.reason === "deleted" ? "telling.deleted" : "telling.removed";
        return toast(t(what, { name: happening.name }));
      }
      if (happening.isMine || !happening.isLive) return;
      isWorthAsking.set(true);
      void tell(happening.message);
    }),
  ];
  addEventListener("pointerdown", ready);
  addEventListener("keydown", ready);
  return () => {
    for (const end of ends) end();
    removeEventListener("pointerdown", ready);
    removeEventListener("keydown", ready);
  };
}
