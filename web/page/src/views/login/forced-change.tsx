/** The password was right and does for one thing only: to choose another. Then one is in. */
import type { PasswordPolicy, Refusal } from "parley-client";
import { useState } from "preact/hooks";
import { parley } from "../../parley.ts";
import { faultText } from "../../text/fault.ts";
import { t } from "../../text/index.ts";
import { refusalOf, refusalText } from "../../text/refusal.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { isGood, NewPasswordFields, NONE, refusedAs } from "../account/new-password.tsx";
import type { Step } from "./index.tsx";
import { NameOf } from "./name-of.tsx";

interface ForcedChangeProps {
  step: Step & { at: "expired" };
  policy: PasswordPolicy | undefined;
  go: (step: Step) => void;
}

export function ForcedChange({ step, policy, go }: ForcedChangeProps) {
  const { login, password } = step;
  const [typed, type] = useState(NONE);
  const [isBusy, work] = useState(false);
  const [refusal, refuse] = useState<Refusal>();

  async function submit(event: Event) {
    event.preventDefault();
    type({ ...typed, isTried: true });
    if (isBusy || !isGood(typed, policy)) return;
    work(true);
    refuse(undefined);
    try {
      await parley.ask("auth.change_password", { login, current_password: password, new_password: typed.first });
    } catch (thrown) {
      refused(refusalOf(thrown));
      return work(false);
    }
    try {
      await parley.logIn(login, typed.first);
    } catch {
      go({ at: "form", login, said: "password_chosen" });
    }
  }

  function refused(refusal: Refusal) {
    type(refusedAs({ ...typed, isTried: true }, refusal, "new_password"));
    if (!refusal.errors?.new_password) refuse(refusal);
  }

  return (
    <form class="login__form" onSubmit={submit} noValidate>
      <h1 class="login__title">{t("login.choose")}</h1>
      {refusal ? (
        <Banner severity="error">{refusalText(refusal)}</Banner>
      ) : (
        <p class="login__aside">{faultText(step.why) ?? t("refused.password_expired")}</p>
      )}
      <NameOf login={login} />
      <NewPasswordFields policy={policy} typed={typed} onType={type} autofocus />
      <Button kind="primary" type="submit" busy={isBusy}>
        {t("login.choose_submit")}
      </Button>
      <Button kind="quiet" onClick={() => go({ at: "form", login })}>
        {t("login.back")}
      </Button>
    </form>
  );
}
