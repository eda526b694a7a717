/** A link by mail. What is said is always the same: nobody learns here who has an account. */
import type { Refusal } from "parley-client";
import { useState } from "preact/hooks";
import { parley } from "../../parley.ts";
import { t } from "../../text/index.ts";
import { fieldErrors, refusalOf, refusalText } from "../../text/refusal.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import type { Step } from "./index.tsx";

export function Forgot({ step, go }: { step: Step & { at: "forgot" }; go: (step: Step) => void }) {
  const [login, typeLogin] = useState(step.login);
  const [email, typeEmail] = useState("");
  const [isTried, tried] = useState(false);
  const [isBusy, work] = useState(false);
  const [refusal, refuse] = useState<Refusal>();

  async function submit(event: Event) {
    event.preventDefault();
    tried(true);
    if (isBusy || !login.trim() || !email.trim()) return;
    work(true);
    refuse(undefined);
    try {
      await parley.ask("auth.forgot_password", { login: login.trim(), email: email.trim() });
      go({ at: "form", login: login.trim(), said: "link_sent" });
    } catch (thrown) {
      refuse(refusalOf(thrown));
      work(false);
    }
  }

  return (
    <form class="login__form" onSubmit={submit} noValidate>
      <h1 class="login__title">{t("login.forgot")}</h1>
      {refusal && <Banner severity="error">{refusalText(refusal)}</Banner>}
      <p class="login__aside">{t("login.forgot_about")}</p>
      <TextField
        label={t("login.login")}
        name="username"
        autocomplete="username"
        autocapitalize="none"
        spellcheck={false}
        required
        autofocus={!step.login}
        value={login}
        errors={isTried && !login.trim() ? [t("login.login_missing")] : fieldErrors(refusal, "login")}
        onInput={(event) => typeLogin(event.currentTarget.value)}
      />
      <TextField
        label={t("login.email")}
        type="email"
        name="email"
        autocomplete="email"
        required
        autofocus={Boolean(step.login)}
        value={email}
        errors={isTried && !email.trim() ? [t("login.email_missing")] : fieldErrors(refusal, "email")}
        onInput={(event) => typeEmail(event.currentTarget.value)}
      />
      <Button kind="primary" type="submit" busy={isBusy}>
        {t("login.forgot_submit")}
      </Button>
      <Button kind="quiet" onClick={() => go({ at: "form", login })}>
        {t("login.back")}
      </Button>
    </form>
  );
}
