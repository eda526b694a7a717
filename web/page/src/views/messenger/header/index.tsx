/** On top of everything: the way to the messenger with what is unread, what can be done quickly, oneself. */
import { useLocation } from "preact-iso";
import { useParley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { useLanguage } from "../../../text/use.ts";
import { Icon } from "../../../ui/icon.tsx";
import { Badge } from "../../../ui/marks.tsx";
import { Me } from "./me.tsx";
import { Quick } from "./quick.tsx";
import "./header.css";

/** `isOpen`: a conversation is; where there is no room for the list beside it, this leads back to the list. */
export function Header({ isOpen = false }: { isOpen?: boolean }) {
  useLanguage();
  const { path } = useLocation();
  const unread = useParley((state) => state.unreadTotal);
  const isHere = !path.startsWith("/administration");
  return (
    <header class="header">
      <h1 class="only-read">{t("app.name")}</h1>
      {isOpen && (
        <a href="/" class="header__back" aria-label={t("place.back")} title={t("place.back")}>
          <Icon name="back" />
        </a>
      )}
      <a href="/" class="header__messenger" aria-current={isHere ? "page" : undefined}>
        <Icon name="chat" size={22} />
        <span class="header__name">{t("header.messenger")}</span>
        <Badge count={unread} label={t("header.unread", { count: unread })} />
      </a>
      <div class="header__space" />
      <Quick />
      <Me />
    </header>
  );
}
