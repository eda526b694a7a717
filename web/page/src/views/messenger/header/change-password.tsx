/** One's own password, with the current one; everywhere else one is logged out. */
import type { PasswordPolicy, Refusal } from "parley-client";
import { useEffect, useId, useState } from "preact/hooks";
import { parley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { fieldErrors, refusalOf, refusalText } from "../../../text/refusal.ts";
import { Banner } from "../../../ui/banner.tsx";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { PasswordField } from "../../../ui/field.tsx";
import { toast } from "../../../ui/toast.tsx";
import { isGood, NewPasswordFields, NONE, refusedAs } from "../../account/new-password.tsx";

export default function ChangePassword({ onClose }: { onClose: () => void }) {
  const id = useId();
  const [policy, learn] = useState<PasswordPolicy>();
  const [current, type] = useState("");
  const [typed, choose] = useState(NONE);
  const [isBusy, work] = useState(false);
  const [refusal, refuse] = useState<Refusal>();
  const isWrong = refusal?.code === "invalid_credentials";
  const currentErrors = isWrong ? [t("password.wrong")] : fieldErrors(refusal, "current_password");
  const isOfAField = currentErrors.length > 0 || refusal?.errors?.new_password !== undefined;

  useEffect(() => {
    parley.ask("auth.password_policy", {}).then(learn, () => undefined);
  }, []);

  async function submit(event: Event) {
    event.preventDefault();
    choose({ ...typed, isTried: true });
    if (isBusy || !current || !isGood(typed, policy)) return;
    work(true);
    refuse(undefined);
    try {
      await parley.ask("auth.change_password", { current_password: current, new_password: typed.first });
      toast(t("password.changed"));
      onClose();
    } catch (thrown) {
      const refused = refusalOf(thrown);
      choose(refusedAs({ ...typed, isTried: true }, refused, "new_password"));
      refuse(refused);
      work(false);
    }
  }

  return (
    <Dialog
      title={t("password.title")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" form={id} busy={isBusy}>
            {t("password.change")}
          </Button>
        </>
      }
    >
      <form id={id} class="group" onSubmit={submit} noValidate>
        {refusal && !isOfAField && <Banner severity="error">{refusalText(refusal)}</Banner>}
        <PasswordField
          label={t("password.current")}
          value={current}
          errors={typed.isTried && !current ? [t("password.current_needed")] : currentErrors}
          autocomplete="current-password"
          required
          autofocus
          onInput={(event) => type(event.currentTarget.value)}
        />
        <NewPasswordFields policy={policy} typed={typed} onType={choose} />
        <p class="field__hint">{t("password.elsewhere")}</p>
      </form>
    </Dialog>
  );
}
