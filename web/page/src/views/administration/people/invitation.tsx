/** The link by which somebody chooses their first password: shown once, to be handed over. */
import type { User } from "parley-client";
import { t } from "../../../text/index.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { CopyField } from "./copy-field.tsx";

export function Invitation({ user, link, onClose }: { user: User; link: string; onClose: () => void }) {
  return (
    <Dialog
      title={t("admin.invitation", { name: user.name })}
      onClose={onClose}
      actions={
        <Button kind="primary" onClick={onClose}>
          {t("admin.invitation_done")}
        </Button>
      }
    >
      <p>{t("admin.invitation_about", { name: user.name })}</p>
      <CopyField label={t("admin.invitation_link")} value={link} />
    </Dialog>
  );
}
