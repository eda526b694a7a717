/** How somebody new gets in: by an invitation, or with a password that is chosen for them. */
import type { PasswordPolicy } from "parley-client";
import { t } from "../../../text/index.ts";
import { Checkbox, Select } from "../../../ui/field.tsx";
import { type NewPassword, NewPasswordFields } from "../../account/new-password.tsx";

export interface Entry {
  readonly by: "invitation" | "password";
  readonly mustChange: boolean;
}

interface FirstPasswordProps {
  policy: PasswordPolicy | undefined;
  entry: Entry;
  onEnter: (entry: Entry) => void;
  typed: NewPassword;
  onType: (typed: NewPassword) => void;
}

export function FirstPassword({ policy, entry, onEnter, typed, onType }: FirstPasswordProps) {
  const hint = policy?.reset_available ? "admin.by_invitation_mail" : "admin.by_invitation_link";
  return (
    <>
      <Select
        label={t("admin.first_password")}
        value={entry.by}
        hint={entry.by === "invitation" && t(hint)}
        onChange={(event) => onEnter({ ...entry, by: event.currentTarget.value as Entry["by"] })}
      >
        <option value="invitation">{t("admin.by_invitation")}</option>
        <option value="password">{t("admin.by_password")}</option>
      </Select>
      {entry.by === "password" && (
        <>
          <NewPasswordFields policy={policy} typed={typed} onType={onType} />
          <Checkbox
            label={t("admin.must_change")}
            checked={entry.mustChange}
            onChange={(event) => onEnter({ ...entry, mustChange: event.currentTarget.checked })}
          />
        </>
      )}
    </>
  );
}
