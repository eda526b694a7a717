/** Asks, once something came, whether the desktop may tell of it; never at the first sight of the page. */
import { t } from "../text/index.ts";
import { useSignal } from "../text/use-signal.ts";
import { Banner } from "../ui/banner.tsx";
import { Button } from "../ui/button.tsx";
import { isWorthAsking } from "./index.ts";
import { allowNotifications, askLater, notifications } from "./permission.ts";

export function AskForNotifications() {
  const isWorthIt = useSignal(isWorthAsking);
  const permission = useSignal(notifications);
  if (!isWorthIt || permission !== "unasked") return null;
  return (
    <Banner
      severity="info"
      action={
        <>
          <Button kind="quiet" onClick={askLater}>
            {t("telling.later")}
          </Button>
          <Button kind="primary" icon="bell" onClick={() => void allowNotifications(true)}>
            {t("telling.allow")}
          </Button>
        </>
      }
    >
      {t("telling.ask")}
    </Banner>
  );
}
