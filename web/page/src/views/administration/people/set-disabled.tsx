/** Who was let in is let out, or in again: asked either way, as both change what somebody can do at once. */
import type { User } from "parley-client";
import { useState } from "preact/hooks";
import { parley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { refusalOf, refusalText } from "../../../text/refusal.ts";
import { Banner } from "../../../ui/banner.tsx";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { toast } from "../../../ui/toast.tsx";

interface SetDisabledProps {
  user: User;
  onClose: () => void;
  /** `link`: an invitation, of who has no password yet. */
  onDone: (user: User, link?: string) => void;
}

export function SetDisabled({ user, onClose, onDone }: SetDisabledProps) {
  // as it was when it was asked for, though the user changes under it
  const [does] = useState<"enable" | "disable">(user.disabled ? "enable" : "disable");
  const [isBusy, work] = useState(false);
  const [problem, tell] = useState<string>();
  const { name } = user;

  async function submit() {
    work(true);
    tell(undefined);
    try {
      const disabled = does === "disable";
      const { user: changed, invitation } = await parley.ask("user.update", { user_id: user.user_id, disabled });
      toast(t(`admin.${does}d`, { name }));
      onClose();
      onDone(changed, invitation);
    } catch (thrown) {
      tell(refusalText(refusalOf(thrown)));
      work(false);
    }
  }

  const about = user.kind ? (`admin.${does}_bot_about` as const) : (`admin.${does}_about` as const);
  return (
    <Dialog
      title={t(`admin.${does}_title`, { name })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind={does === "disable" ? "danger" : "primary"} busy={isBusy} onClick={submit}>
            {t(`admin.${does}`)}
          </Button>
        </>
      }
    >
      {problem && <Banner severity="error">{problem}</Banner>}
      <p>{t(about)}</p>
    </Dialog>
  );
}
