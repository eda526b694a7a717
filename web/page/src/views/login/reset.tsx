/** A password chosen by a link: a forgotten one, or the first of somebody who was invited. */
import type { PasswordPolicy, Refusal } from "parley-client";
import { useState } from "preact/hooks";
import { parley } from "../../parley.ts";
import { t } from "../../text/index.ts";
import { refusalOf, refusalText } from "../../text/refusal.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { isGood, NewPasswordFields, NONE, refusedAs } from "../account/new-password.tsx";
import type { Step } from "./index.tsx";

interface ResetProps {
  step: Step & { at: "reset" };
  policy: PasswordPolicy | undefined;
  go: (step: Step) => void;
}

export function Reset({ step, policy, go }: ResetProps) {
  const [typed, type] = useState(NONE);
  const [isBusy, work] = useState(false);
  const [refusal, refuse] = useState<Refusal>();
  const isOver = refusal?.code === "reset_token_invalid";

  async function submit(event: Event) {
    event.preventDefault();
    type({ ...typed, isTried: true });
    if (isBusy || !isGood(typed, policy)) return;
    work(true);
    refuse(undefined);
    try {
      await parley.ask("auth.reset_password", { token: step.token, new_password: typed.first });
      go({ at: "form", said: "password_chosen" });
    } catch (thrown) {
      const refusal = refusalOf(thrown);
      type(refusedAs({ ...typed, isTried: true }, refusal, "new_password"));
      if (!refusal.errors?.new_password) refuse(refusal);
      work(false);
    }
  }

  return (
    <form class="login__form" onSubmit={submit} noValidate>
      <h1 class="login__title">{t("login.choose")}</h1>
      {refusal && <Banner severity="error">{refusalText(refusal)}</Banner>}
      {!isOver && (
        <>
          <p class="login__aside">{t("login.reset_about")}</p>
          <NewPasswordFields policy={policy} typed={typed} onType={type} autofocus />
          <Button kind="primary" type="submit" busy={isBusy}>
            {t("login.choose_submit")}
          </Button>
        </>
      )}
      {isOver && policy?.reset_available && (
        <Button kind="primary" onClick={() => go({ at: "forgot", login: "" })}>
          {t("login.forgot_again")}
        </Button>
      )}
      <Button kind="quiet" onClick={() => go({ at: "form" })}>
        {t("login.back")}
      </Button>
    </form>
  );
}
