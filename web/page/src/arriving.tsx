/**
 * Until it is known who is here: the same as `index.html` has until there is a script, in the language of the person. The
 * client goes on trying by itself.
 */
import { useLayoutEffect, useState } from "preact/hooks";
import { t } from "./text/index.ts";
import { Spinner } from "./ui/spinner.tsx";
import "./arriving.css";

export function Arriving() {
  const [isShown, show] = useState(false);
  useLayoutEffect(() => show(true), []); // a status that is there before its words is read out
  return (
    <main class="arriving">
      <img src="/icon.svg" alt="" width={56} height={56} />
      <h1 class="arriving__name">{t("app.name")}</h1>
      <div role="status">
        {isShown && (
          <p class="arriving__now">
            <Spinner /> {t("app.connecting")}
          </p>
        )}
      </div>
      <p class="arriving__late">{t("app.connecting_late")}</p>
    </main>
  );
}
