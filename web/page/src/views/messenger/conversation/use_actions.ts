/** What rows can ask for, and what the composer and the dialogs are asked to do by it. */
import type { Message } from "parley-client";
import { useMemo, useState } from "preact/hooks";
import { parley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { refusalOf, refusalText } from "../../../text/refusal.ts";
import { toast } from "../../../ui/toast.tsx";
import type { Actions } from "./actions.ts";
import { copyText } from "./copy.ts";

/** What the composer is for at the moment. */
export type Mode =
  | { readonly does: "write" }
  | { readonly does: "reply"; readonly message: Message }
  | { readonly does: "edit"; readonly message: Message };
export const WRITE: Mode = { does: "write" };

/** What a dialog is shown for. */
export type Asked = { readonly what: "delete" | "readers"; readonly message: Message };

export function useActions(
  conversationId: string | undefined,
  jumpTo: (seq: number) => void,
  hold: (message: Message) => void,
) {
  const [mode, setMode] = useState<Mode>(WRITE);
  const [asked, ask] = useState<Asked>();
  const actions = useMemo<Actions>(
    () => ({
      reply: (message) => setMode({ does: "reply", message }),
      edit: (message) => setMode({ does: "edit", message }),
      remove: (message) => ask({ what: "delete", message }),
      showReaders: (message) => ask({ what: "readers", message }),
      copy: (message) => {
        copyText(message.text).then(
          () => toast(t("message.copied")),
          () => toast(t("message.not_copied"), { isError: true }),
        );
      },
      unreadFrom: (message) => {
        if (conversationId === undefined) return;
        hold(message);
        parley
          .ask("conversation.mark_unread", { conversation_id: conversationId, seq: message.seq })
          .then(() => toast(t("message.marked_unread")))
          .catch((error) => toast(refusalText(refusalOf(error)), { isError: true }));
      },
      jumpTo,
    }),
    [conversationId, jumpTo, hold],
  );
  return { actions, mode, setMode, asked, ask };
}
