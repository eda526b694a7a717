/** The messenger: the header on top, the list at the start side, what is open beside it; on small screens one at a time. */

import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import { Keys } from "../../keys/index.tsx";
import { useParley } from "../../parley.ts";
import { AskForNotifications } from "../../telling/ask.tsx";
import { looksAt } from "../../telling/looking.ts";
import { t } from "../../text/index.ts";
import { useLanguage } from "../../text/use.ts";
import { Icon } from "../../ui/icon.tsx";
import { Notices } from "../account/notices.tsx";
import { watchActivity } from "./activity.ts";
import { chosenAt, settled } from "./chosen.ts";
import { Conversation } from "./conversation/index.tsx";
import { Groups } from "./groups/index.tsx";
import { Header } from "./header/index.tsx";
import { List } from "./list/index.tsx";
import { Search } from "./search/index.tsx";
import { Warning } from "./warning.tsx";
import "./messenger.css";

export default function Messenger() {
  useLanguage();
  const { path, route } = useLocation();
  const address = useParley((state) => settled(state, path));
  const chosen = chosenAt(address);
  const conversationId = chosen && "conversationId" in chosen ? chosen.conversationId : undefined;

  useEffect(watchActivity, []);
  useEffect(() => {
    // The person one wrote to for the first time is a conversation now.
    if (address !== path) route(address, true);
  }, [address, path]);
  useEffect(() => {
    looksAt(conversationId);
    return () => looksAt(undefined);
  }, [conversationId]);

  return (
    <div class={`messenger ${chosen ? "messenger--open" : ""}`}>
      <Header isOpen={chosen !== undefined} />
      <Warning />
      <Notices />
      <AskForNotifications />
      <main class="messenger__body">
        <nav class="messenger__list" aria-label={t("list.label")}>
          <List chosen={address} />
        </nav>
        <div class="messenger__open">{chosen ? <Conversation chosen={chosen} /> : <Nothing />}</div>
      </main>
      <Groups />
      <Search />
      <Keys />
    </div>
  );
}

function Nothing() {
  return (
    <div class="messenger__nothing">
      <Icon name="chat" size={48} />
      <h2>{t("place.empty_title")}</h2>
      <p>{t("place.empty")}</p>
    </div>
  );
}
