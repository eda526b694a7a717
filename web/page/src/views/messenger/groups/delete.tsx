import type { Conversation } from "parley-client";
import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { parley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { refusalOf, refusalText } from "../../../text/refusal.ts";
import { Banner } from "../../../ui/banner.tsx";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { toast } from "../../../ui/toast.tsx";
import { addressOf } from "../chosen.ts";

export default function DeleteGroup({ group, onClose }: { group: Conversation; onClose: () => void }) {
  const { path, route } = useLocation();
  const [isBusy, work] = useState(false);
  const [fault, fail] = useState<string>();
  const name = group.name ?? "";

  async function remove() {
    work(true);
    fail(undefined);
    try {
      await parley.ask("group.delete", { conversation_id: group.conversation_id });
      toast(t("group.deleted", { name }));
      onClose();
      if (path === addressOf({ conversationId: group.conversation_id })) route("/", true);
    } catch (thrown) {
      fail(refusalText(refusalOf(thrown)));
      work(false);
    }
  }

  return (
    <Dialog
      title={t("group.delete_title", { name })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose} autofocus>
            {t("action.cancel")}
          </Button>
          <Button kind="danger" icon="trash" busy={isBusy} onClick={remove}>
            {t("group.delete")}
          </Button>
        </>
      }
    >
      {fault && <Banner severity="error">{fault}</Banner>}
      <p>{t("group.delete_what", { count: group.member_count })}</p>
    </Dialog>
  );
}
