/** A new token's secret: shown once. */
import { t } from "../../../text/index.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { CopyField } from "../people/copy-field.tsx";

export function Made({ secret, onClose }: { secret: string; onClose: () => void }) {
  return (
    <Dialog
      title={t("token.made")}
      onClose={onClose}
      actions={
        <Button kind="primary" onClick={onClose}>
          {t("admin.invitation_done")}
        </Button>
      }
    >
      <p>{t("token.made_about")}</p>
      <CopyField label={t("token.secret")} value={secret} />
    </Dialog>
  );
}
