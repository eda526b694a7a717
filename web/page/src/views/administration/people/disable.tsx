import type { User } from "parley-client";
import { useState } from "preact/hooks";
import { parley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { refusalOf, refusalText } from "../../../text/refusal.ts";
import { Banner } from "../../../ui/banner.tsx";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { toast } from "../../../ui/toast.tsx";

interface DisableProps {
  user: User;
  onClose: () => void;
  onDone: (user: User) => void;
}

export function Disable({ user, onClose, onDone }: DisableProps) {
  const [isBusy, work] = useState(false);
  const [problem, tell] = useState<string>();

  async function disable() {
    work(true);
    tell(undefined);
    try {
      const { user: changed } = await parley.ask("user.update", { user_id: user.user_id, disabled: true });
      toast(t("admin.disabled", { name: user.name }));
      onClose();
      onDone(changed);
    } catch (thrown) {
      tell(refusalText(refusalOf(thrown)));
      work(false);
    }
  }

  return (
    <Dialog
      title={t("admin.disable_title", { name: user.name })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="danger" busy={isBusy} onClick={disable}>
            {t("admin.disable")}
          </Button>
        </>
      }
    >
      {problem && <Banner severity="error">{problem}</Banner>}
      <p>{t("admin.disable_about")}</p>
    </Dialog>
  );
}
