/** Where a token is used, what it is good for, and for how long. */
import type { Refusal, ServiceToken, User } from "parley-client";
import { useId, useState } from "preact/hooks";
import { parley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { fieldErrors, refusalOf, refusalText } from "../../../text/refusal.ts";
import { Banner } from "../../../ui/banner.tsx";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Select, TextField } from "../../../ui/field.tsx";
import "../../account/form.css";

const DAYS = [30, 90, 365, 3_650] as const;
const SCOPES = ["write", "read", "events", "events.text"] as const;

interface NewTokenProps {
  of: User;
  onClose: () => void;
  /** `secret` is shown once. */
  onMade: (secret: string) => void;
}

export function NewToken({ of, onClose, onMade }: NewTokenProps) {
  const form = useId();
  const [name, call] = useState("");
  const [scope, choose] = useState<ServiceToken["scope"]>("write");
  const [days, last] = useState(365);
  const [isTried, attempt] = useState(false);
  const [isBusy, work] = useState(false);
  const [refusal, refuse] = useState<Refusal>();
  const nameErrors = isTried && !name.trim() ? [t("token.name_needed")] : fieldErrors(refusal, "name");

  async function submit(event: Event) {
    event.preventDefault();
    attempt(true);
    if (isBusy || !name.trim()) return;
    work(true);
    refuse(undefined);
    try {
      const asked = { user_id: of.user_id, name: name.trim(), scope, expires_in_days: days };
      onMade((await parley.ask("token.create", asked)).secret);
    } catch (thrown) {
      refuse(refusalOf(thrown));
      work(false);
    }
  }

  return (
    <Dialog
      title={t("token.new")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" form={form} busy={isBusy}>
            {t("token.create")}
          </Button>
        </>
      }
    >
      <form id={form} class="form" onSubmit={submit} noValidate>
        {refusal && nameErrors.length === 0 && <Banner severity="error">{refusalText(refusal)}</Banner>}
        <TextField
          label={t("token.name")}
          hint={t("token.name_hint")}
          required
          autofocus
          autocomplete="off"
          maxLength={parley.state.limits?.name_chars_max}
          value={name}
          errors={nameErrors}
          onInput={(event) => call(event.currentTarget.value)}
        />
        <Select
          label={t("token.scope")}
          hint={t(`token.scope_${scope}_about`)}
          value={scope}
          onChange={(event) => choose(event.currentTarget.value as ServiceToken["scope"])}
        >
          {SCOPES.map((one) => (
            <option key={one} value={one}>
              {t(`token.scope_${one}`)}
            </option>
          ))}
        </Select>
        <Select label={t("token.lasts")} value={days} onChange={(event) => last(Number(event.currentTarget.value))}>
          {DAYS.map((count) => (
            <option key={count} value={count}>
              {t("token.days", { count })}
            </option>
          ))}
        </Select>
      </form>
    </Dialog>
  );
}
