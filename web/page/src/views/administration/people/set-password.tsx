/** Another one's password: their sessions end, and so does a lock. */
import type { Refusal, User } from "parley-client";
import { useId, useState } from "preact/hooks";
import { parley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { refusalOf, refusalText } from "../../../text/refusal.ts";
import { Banner } from "../../../ui/banner.tsx";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Checkbox } from "../../../ui/field.tsx";
import { toast } from "../../../ui/toast.tsx";
import { isGood, NewPasswordFields, NONE, refusedAs } from "../../account/new-password.tsx";
import { usePolicy } from "../../account/policy.ts";
import "../../account/form.css";

interface SetPasswordProps {
  user: User;
  onClose: () => void;
  onDone: () => void;
}

export function SetPassword({ user, onClose, onDone }: SetPasswordProps) {
  const policy = usePolicy();
  const [typed, type] = useState(NONE);
  const [mustChange, demand] = useState(true);
  const [isBusy, work] = useState(false);
  const [refusal, refuse] = useState<Refusal>();
  const form = useId();

  async function submit(event: Event) {
    event.preventDefault();
    type({ ...typed, isTried: true });
    if (isBusy || !isGood(typed, policy)) return;
    work(true);
    refuse(undefined);
    try {
      const asked = { user_id: user.user_id, password: typed.first, must_change: mustChange };
      await parley.ask("user.set_password", asked);
      toast(t("admin.password_set", { name: user.name }));
      onClose();
      onDone();
    } catch (thrown) {
      const refused = refusalOf(thrown);
      type(refusedAs({ ...typed, isTried: true }, refused, "password"));
      if (!refused.errors?.password) refuse(refused);
      work(false);
    }
  }

  return (
    <Dialog
      title={t("admin.set_password_of", { name: user.name })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" form={form} busy={isBusy}>
            {t("admin.set_password")}
          </Button>
        </>
      }
    >
      <form id={form} class="form" onSubmit={submit} noValidate>
        {refusal && <Banner severity="error">{refusalText(refusal)}</Banner>}
        <p class="table__quiet">{t("admin.set_password_about")}</p>
        <NewPasswordFields policy={policy} typed={typed} onType={type} autofocus />
        <Checkbox
          label={t("admin.must_change")}
          checked={mustChange}
          onChange={(event) => demand(event.currentTarget.checked)}
        />
      </form>
    </Dialog>
  );
}
