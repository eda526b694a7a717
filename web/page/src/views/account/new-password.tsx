/** A new password, typed twice, with each rule ticking as it is met. */
import type { PasswordPolicy, Refusal } from "parley-client";
import { useId, useState } from "preact/hooks";
import { faultText } from "../../text/fault.ts";
import { type Key, t } from "../../text/index.ts";
import { PasswordField } from "../../ui/field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { type Judged, judge } from "./judge.ts";
import "./new-password.css";

/** What was typed, and what the server said of which password. */
export interface NewPassword {
  readonly first: string;
  readonly again: string;
  readonly isTried: boolean;
  readonly told: readonly string[];
  readonly toldOf: string;
}

export const NONE: NewPassword = { first: "", again: "", isTried: false, told: [], toldOf: "" };

/** As the server refused it: its sentences are shown until the password is another. */
export function refusedAs(typed: NewPassword, refusal: Refusal, field: string): NewPassword {
  return { ...typed, told: refusal.errors?.[field] ?? [], toldOf: typed.first };
}

/** Whether it may be sent: every rule that can be told here is met, and both are the same. */
export function isGood(typed: NewPassword, policy: PasswordPolicy | undefined): boolean {
  return typed.first !== "" && typed.first === typed.again && !judged(typed, policy).some((one) => one.met === "unmet");
}

function judged(typed: NewPassword, policy: PasswordPolicy | undefined): Judged[] {
  return policy ? judge(policy, typed.first, typed.first === typed.toldOf ? typed.told : []) : [];
}

interface FieldsProps {
  policy: PasswordPolicy | undefined;
  typed: NewPassword;
  onType: (typed: NewPassword) => void;
  autofocus?: boolean;
}

export function NewPasswordFields({ policy, typed, onType, autofocus = false }: FieldsProps) {
  const rules = judged(typed, policy);
  const id = useId();
  const isToldOfThis = typed.first === typed.toldOf;
  const unknown = typed.told.filter((said) => isToldOfThis && !rules.some(({ rule }) => rule.message === said));
  const errors = unknown.map((said) => faultText(said) ?? said);
  if (typed.isTried && !typed.first) errors.push(t("account.password_missing"));
  const isOther = typed.again !== "" && typed.again !== typed.first;
  const isAwaited = typed.again.length < typed.first.length && typed.first.startsWith(typed.again);
  const [isLeft, leave] = useState(false);
  const differ = isOther && (typed.isTried || isLeft || !isAwaited);
  return (
    <>
      <PasswordField
        label={t("account.new_password")}
        name="new-password"
        autocomplete="new-password"
        required
        autofocus={autofocus}
        value={typed.first}
        errors={errors}
        hint={rules.length > 0 && <Rules id={id} rules={rules} isTried={typed.isTried || typed.told.length > 0} />}
        onInput={(event) => onType({ ...typed, first: event.currentTarget.value })}
      />
      <PasswordField
        label={t("account.new_password_again")}
        name="new-password-again"
        autocomplete="new-password"
        required
        value={typed.again}
        errors={differ || (typed.isTried && !typed.again) ? [t("account.passwords_differ")] : []}
        onInput={(event) => onType({ ...typed, again: event.currentTarget.value })}
        onBlur={() => leave(true)}
      />
    </>
  );
}

const SAID: Record<Judged["met"], Key> = {
  met: "account.rule_met",
  unmet: "account.rule_unmet",
  unknown: "account.rule_unknown",
};

function Rules({ id, rules, isTried }: { id: string; rules: readonly Judged[]; isTried: boolean }) {
  return (
    <ul class={`rules ${isTried ? "rules--tried" : ""}`} id={id}>
      {rules.map(({ rule, met }) => (
        <li key={rule.code} class={`rules__rule rules__rule--${met}`} data-rule={rule.code} data-met={met}>
          <span class="rules__mark">{met === "met" ? <Icon name="check" size={14} /> : <i />}</span>
          {faultText(rule.message) ?? rule.message}
          <span class="only-read"> ({t(SAID[met])})</span>
        </li>
      ))}
    </ul>
  );
}
