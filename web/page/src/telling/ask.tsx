/** Asks, once something came, whether the desktop may tell of it; never at the first sight of the page. */
import { useEffect, useState } from "preact/hooks";
import { t } from "../text/index.ts";
import { Banner } from "../ui/banner.tsx";
import { Button } from "../ui/button.tsx";
import { isWorthAsking } from "./index.ts";
import { allowNotifications, askLater, notifications } from "./permission.ts";

export function AskForNotifications() {
  const isAsked = () => isWorthAsking.get() && notifications.get() === "unasked";
  const [isShown, show] = useState(isAsked);
  useEffect(() => {
    const ends = [isWorthAsking, notifications].map((one) => one.subscribe(() => show(isAsked())));
    return () => {
      for (const end of ends) end();
    };
  }, []);
  if (!isShown) return null;
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
