/** What can be done with a message, beside it while it is pointed at or has the focus. */
import type { Message } from "parley-client";
import { parley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { IconButton } from "../../../ui/button.tsx";
import type { Actions } from "./actions.ts";
import { type Rights, rightsOn } from "./rights.ts";
import "./toolbar.css";

export function rightsNow(message: Message): Rights {
  const { session, conversations, limits } = parley.state;
  const user = session.phase === "in" ? session.user : undefined;
  return rightsOn(message, conversations.get(message.conversation_id), user, limits);
}

export function Toolbar({ message, actions }: { message: Message; actions: Actions }) {
  const may = rightsNow(message);
  return (
    <div class="toolbar" role="toolbar" aria-label={t("message.actions")}>
      {may.reply && <IconButton icon="reply" label={t("message.reply")} onClick={() => actions.reply(message)} />}
      {may.edit && <IconButton icon="edit" label={t("message.edit")} onClick={() => actions.edit(message)} />}
      {may.copy && <IconButton icon="copy" label={t("message.copy")} onClick={() => actions.copy(message)} />}
      <IconButton icon="mail" label={t("message.unread")} onClick={() => actions.unreadFrom(message)} />
      {may.remove && (
        <IconButton
          icon="trash"
          class="toolbar__danger"
          label={t("message.delete")}
          onClick={() => actions.remove(message)}
        />
      )}
    </div>
  );
}
