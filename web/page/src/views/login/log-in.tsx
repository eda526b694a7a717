import type { Code, Ending, EndReason, PasswordPolicy, Refusal } from "parley-client";
import { useRef, useState } from "preact/hooks";
import { parley, useParley } from "../../parley.ts";
import { t } from "../../text/index.ts";
import { refusalOf } from "../../text/refusal.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import type { Step } from "./index.tsx";
import { Said } from "./said.tsx";
import { Secret } from "./secret.tsx";

interface LogInProps {
  step: Step & { at: "form" };
  policy: PasswordPolicy | undefined;
  go: (step: Step) => void;
}

const NOT_OUT: { why?: Code | Ending; reason?: EndReason } = {};

/** What was refused, of which login, and until when it is of no use to try again. */
interface Attempt {
  readonly login: string;
  readonly refusal: Refusal;
  readonly until: number;
}

export function LogIn({ step, policy, go }: LogInProps) {
  const { why, reason } = useParley((state) => (state.session.phase === "out" ? state.session : NOT_OUT));
  const [login, typeLogin] = useState(step.login ?? "");
  const [password, typePassword] = useState("");
  const [isBusy, work] = useState(false);
  const [isTried, tried] = useState(false);
  const [attempt, note] = useState<Attempt>();
  const loginField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);
  const name = login.trim();

  async function submit(event: Event) {
    event.preventDefault();
    tried(true);
    if (!name) return loginField.current?.focus();
    if (!password) return passwordField.current?.focus();
    if (isBusy) return;
    work(true);
    note(undefined);
    try {
      await parley.logIn(name, password);
    } catch (thrown) {
      refused(refusalOf(thrown));
    } finally {
      work(false);
    }
  }

  function refused(refusal: Refusal) {
    if (refusal.code === "password_expired") return go({ at: "expired", login: name, password, why: refusal.message });
    note({ login: name, refusal, until: Date.now() + (refusal.retry_after_s ?? 0) * 1_000 });
    if (refusal.code !== "invalid_credentials") return;
    passwordField.current?.focus();
    passwordField.current?.select();
  }

  const shown = attempt && (attempt.refusal.code !== "too_many_attempts" || attempt.login === name);
  return (
    <form class="login__form" onSubmit={submit} noValidate>
      <h1 class="login__title">{t("login.title")}</h1>
      <Said
        attempt={shown ? attempt : undefined}
        done={step.said}
        why={why}
        reason={reason}
        onOver={() => note(undefined)}
      />
      <TextField
        label={t("login.login")}
        name="username"
        autocomplete="username"
        autocapitalize="none"
        autocorrect="off"
        spellcheck={false}
        required
        autofocus={!login}
        inputRef={loginField}
        value={login}
        errors={isTried && !name ? [t("login.login_missing")] : []}
        onInput={(event) => typeLogin(event.currentTarget.value)}
      />
      <Secret
        label={t("login.password")}
        name="password"
        autocomplete="current-password"
        autofocus={Boolean(login)}
        inputRef={passwordField}
        value={password}
        errors={isTried && !password ? [t("login.password_missing")] : []}
        onInput={(event) => typePassword(event.currentTarget.value)}
      />
      <Button kind="primary" type="submit" busy={isBusy}>
        {t("login.submit")}
      </Button>
      {policy &&
        (policy.reset_available ? (
          <Button kind="quiet" onClick={() => go({ at: "forgot", login: name })}>
            {t("login.forgot")}
          </Button>
        ) : (
          <p class="login__aside">{t("login.forgot_ask")}</p>
        ))}
    </form>
  );
}
