/** Somebody new, somebody like another, or somebody changed. */
import type { Refusal, User } from "parley-client";
import { useId, useRef, useState } from "preact/hooks";
import { parley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { fieldErrors, refusalOf, refusalText } from "../../../text/refusal.ts";
import { Banner } from "../../../ui/banner.tsx";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Select, TextField } from "../../../ui/field.tsx";
import { toast } from "../../../ui/toast.tsx";
import { isGood, NONE, refusedAs } from "../../account/new-password.tsx";
import { usePolicy } from "../../account/policy.ts";
import { givenBy, mayRule, type Role } from "../may.ts";
import { type Entry, FirstPassword } from "./first-password.tsx";
import { newRequest, type Person, savePerson } from "./save-person.ts";
import "../../account/form.css";

interface FormProps {
  me: User;
  edited?: User;
  /** Whose role is taken over. */
  like?: User;
  onClose: () => void;
  onDone: (user: User, link?: string) => void;
}

const FIELDS = ["login", "name", "email", "role", "password"];

export function PersonForm({ me, edited, like, onClose, onDone }: FormProps) {
  const policy = usePolicy();
  const roles = givenBy(me.role);
  const [person, write] = useState<Person>({
    login: edited?.login ?? "",
    name: edited?.name ?? "",
    email: edited?.email ?? "",
    role: (edited ?? like)?.role ?? roles[0] ?? "agent",
    kind: (edited ?? like)?.kind,
  });
  const isBot = person.kind !== undefined;
  const [entry, enter] = useState<Entry>({ by: "invitation", mustChange: true });
  const [typed, type] = useState(NONE);
  const [isBusy, work] = useState(false);
  const [refusal, refuse] = useState<Refusal>();
  const request = useRef(newRequest());
  const form = useId();

  function change(field: Partial<Person>) {
    write({ ...person, ...field });
    refuse(undefined);
  }

  async function submit(event: Event) {
    event.preventDefault();
    const withPassword = !edited && !isBot && entry.by === "password";
    if (withPassword) type({ ...typed, isTried: true });
    if (isBusy || (withPassword && !isGood(typed, policy))) return;
    work(true);
    refuse(undefined);
    try {
      const password = withPassword ? { password: typed.first, must_change: entry.mustChange } : {};
      const { user, invitation } = await savePerson(person, edited, password, request.current);
      const { name } = user;
      const isIn = invitation || withPassword || isBot;
      toast(t(edited ? "admin.saved" : isIn ? "admin.created" : "admin.mailed", { name }));
      onClose();
      onDone(user, invitation);
    } catch (thrown) {
      const refused = refusalOf(thrown);
      type(refusedAs(typed, refused, "password"));
      refuse(refused);
      work(false);
    }
  }

  const isNamed = FIELDS.some((field) => refusal?.errors?.[field]);
  return (
    <Dialog
      title={
        edited
          ? t("admin.edit_title", { name: edited.name })
          : like
            ? t("admin.copy_title", { name: like.name })
            : t("admin.create")
      }
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" form={form} busy={isBusy}>
            {t(edited ? "action.save" : "admin.create_submit")}
          </Button>
        </>
      }
    >
      <form id={form} class="form" onSubmit={submit} noValidate>
        {refusal && !isNamed && <Banner severity="error">{refusalText(refusal)}</Banner>}
        {!edited && me.role === "admin" && (
          <Select
            label={t("admin.kind")}
            hint={isBot && t("admin.kind_service_about")}
            value={person.kind ?? ""}
            onChange={(event) => change({ kind: (event.currentTarget.value || undefined) as Person["kind"] })}
          >
            <option value="">{t("admin.person")}</option>
            <option value="service">{t("admin.kind_service")}</option>
          </Select>
        )}
        <TextField
          label={t("admin.name")}
          autocomplete="off"
          required
          autofocus
          maxLength={parley.state.limits?.name_chars_max}
          value={person.name}
          errors={fieldErrors(refusal, "name")}
          onInput={(event) => change({ name: event.currentTarget.value })}
        />
        <TextField
          label={t("admin.login")}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          required
          maxLength={64}
          readOnly={Boolean(edited)}
          hint={t(edited || isBot ? "admin.login_stays" : "admin.login_hint")}
          value={person.login}
          errors={fieldErrors(refusal, "login")}
          onInput={(event) => change({ login: event.currentTarget.value.trim() })}
        />
        {!isBot && (
          <>
            <TextField
              label={t("admin.email")}
              type="email"
              autocomplete="off"
              maxLength={parley.state.limits?.email_chars_max}
              hint={t("admin.email_hint")}
              value={person.email}
              errors={fieldErrors(refusal, "email")}
              onInput={(event) => change({ email: event.currentTarget.value })}
            />
            <Select
              label={t("admin.role")}
              value={person.role}
              disabled={roles.length < 2 || (edited && !mayRule(me, edited))}
              hint={t(`admin.role_${person.role}_about`)}
              errors={fieldErrors(refusal, "role")}
              onChange={(event) => change({ role: event.currentTarget.value as Role })}
            >
              {roles.map((role) => (
                <option key={role} value={role}>
                  {t(`admin.role_${role}`)}
                </option>
              ))}
            </Select>
            {!edited && <FirstPassword policy={policy} entry={entry} onEnter={enter} typed={typed} onType={type} />}
          </>
        )}
      </form>
    </Dialog>
  );
}
