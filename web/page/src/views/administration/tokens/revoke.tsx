import type { ServiceToken } from "parley-client";
import { useState } from "preact/hooks";
import { parley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { refusalOf, refusalText } from "../../../text/refusal.ts";
import { Banner } from "../../../ui/banner.tsx";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { toast } from "../../../ui/toast.tsx";

interface RevokeProps {
  token: ServiceToken;
  onClose: () => void;
  onDone: () => Promise<void>;
}

export function Revoke({ token, onClose, onDone }: RevokeProps) {
  const [isBusy, work] = useState(false);
  const [problem, tell] = useState<string>();
  const { name } = token;

  async function revoke() {
    work(true);
    tell(undefined);
    try {
      await parley.ask("token.revoke", { token_id: token.token_id });
      toast(t("token.revoked", { name }));
      await onDone();
      onClose();
    } catch (thrown) {
      tell(refusalText(refusalOf(thrown)));
      work(false);
    }
  }

  return (
    <Dialog
      title={t("token.revoke_title", { name })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose} autofocus>
            {t("action.cancel")}
          </Button>
          <Button kind="danger" busy={isBusy} onClick={revoke}>
            {t("token.revoke")}
          </Button>
        </>
      }
    >
      {problem && <Banner severity="error">{problem}</Banner>}
      <p>{t("token.revoke_about")}</p>
    </Dialog>
  );
}
