/** One's own password, with the current one; every other session ends. */
import type { Refusal } from "parley-client";
import { useId, useState } from "preact/hooks";
import { parley, useParley } from "../../parley.ts";
import { t } from "../../text/index.ts";
import { refusalOf, refusalText } from "../../text/refusal.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { PasswordField } from "../../ui/field.tsx";
import { toast } from "../../ui/toast.tsx";
import { isGood, NewPasswordFields, NONE, refusedAs } from "./new-password.tsx";
import { usePolicy } from "./policy.ts";
import "./form.css";

interface ChangeProps {
  onClose: () => void;
  onDone?: () => void;
}

export function ChangePassword({ onClose, onDone }: ChangeProps) {
  const policy = usePolicy();
  const login = useParley((state) => (state.session.phase === "in" ? state.session.user.login : ""));
  const [current, typeCurrent] = useState("");
  const [typed, type] = useState(NONE);
  const [isBusy, work] = useState(false);
  const [refusal, refuse] = useState<Refusal>();
  const form = useId();
  const isWrong = refusal?.code === "invalid_credentials";

  async function submit(event: Event) {
    event.preventDefault();
    type({ ...typed, isTried: true });
    if (isBusy || !current || !isGood(typed, policy)) return;
    work(true);
    refuse(undefined);
    try {
      await parley.ask("auth.change_password", { current_password: current, new_password: typed.first });
      toast(t("account.password_changed"));
      onDone?.();
      onClose();
    } catch (thrown) {
      const refused = refusalOf(thrown);
      type(refusedAs({ ...typed, isTried: true }, refused, "new_password"));
      if (!refused.errors?.new_password) refuse(refused);
      work(false);
    }
  }

  function currentErrors(): string[] {
    if (isWrong) return [t("account.current_wrong")];
    return typed.isTried && !current ? [t("account.current_missing")] : [];
  }

  return (
    <Dialog
      title={t("account.change_password")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" form={form} busy={isBusy}>
            {t("account.change_password")}
          </Button>
        </>
      }
    >
      <form id={form} class="form" onSubmit={submit} noValidate>
        {refusal && !isWrong && <Banner severity="error">{refusalText(refusal)}</Banner>}
        <input
          class="only-read"
          name="username"
          autocomplete="username"
          value={login}
          readOnly
          tabIndex={-1}
          aria-hidden
        />
        <PasswordField
          label={t("account.current_password")}
          name="current-password"
          autocomplete="current-password"
          required
          autofocus
          value={current}
          errors={currentErrors()}
          onInput={(event) => {
            typeCurrent(event.currentTarget.value);
            refuse(undefined);
          }}
        />
        <NewPasswordFields policy={policy} typed={typed} onType={type} />
      </form>
    </Dialog>
  );
}
