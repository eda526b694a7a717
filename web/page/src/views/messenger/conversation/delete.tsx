import type { Message } from "parley-client";
import { useState } from "preact/hooks";
import { parley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { refusalOf, refusalText } from "../../../text/refusal.ts";
import { Banner } from "../../../ui/banner.tsx";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { QuoteLine } from "./quote.tsx";

export function DeleteDialog({ message, onClose }: { message: Message; onClose: () => void }) {
  const [isBusy, setBusy] = useState(false);
  const [why, explain] = useState<string>();

  async function remove() {
    setBusy(true);
    try {
      await parley.ask("message.delete", { conversation_id: message.conversation_id, seq: message.seq });
      onClose();
    } catch (error) {
      explain(refusalText(refusalOf(error)));
      setBusy(false);
    }
  }

  return (
    <Dialog
      title={t("delete.title")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="danger" icon="trash" busy={isBusy} onClick={remove}>
            {t("message.delete")}
          </Button>
        </>
      }
    >
      <p>{t("delete.what")}</p>
      <p class="quote quote--whole">
        <QuoteLine message={message} />
      </p>
      {why && <Banner severity="error">{why}</Banner>}
    </Dialog>
  );
}
