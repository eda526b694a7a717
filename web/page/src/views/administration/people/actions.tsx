/** What can be done about a person, by who is looking. */
import type { User } from "parley-client";
import { useState } from "preact/hooks";
import { t } from "../../../text/index.ts";
import { Button } from "../../../ui/button.tsx";
import { Sessions } from "../../account/sessions.tsx";
import { mayManage, mayRule } from "../may.ts";
import { Tokens } from "../tokens/index.tsx";
import { PersonForm } from "./person-form.tsx";
import { SetDisabled } from "./set-disabled.tsx";
import { SetPassword } from "./set-password.tsx";
import { unlock } from "./unlock.ts";

interface ActionsProps {
  me: User;
  user: User;
  onChanged: (user: User, link?: string) => void;
  onCopy: () => void;
  /** Something changed that the person's own data say. */
  onStale: () => Promise<void>;
}

export function PersonActions({ me, user, onChanged, onCopy, onStale }: ActionsProps) {
  const [open, setOpen] = useState<"edit" | "password" | "sessions" | "tokens" | "disabled">();
  const [isBusy, work] = useState(false);
  const close = () => setOpen(undefined);
  if (!mayManage(me, user)) return <p class="table__quiet">{t("admin.not_yours")}</p>;
  const isOther = mayRule(me, user);

  async function letIn() {
    work(true);
    onChanged(await unlock(user));
    work(false);
  }

  const isBot = user.kind === "service";
  return (
    <>
      <div class="panel__actions">
        <Button kind="quiet" icon="edit" onClick={() => setOpen("edit")}>
          {t("admin.edit")}
        </Button>
        <Button kind="quiet" icon="copy" onClick={onCopy}>
          {t("admin.copy")}
        </Button>
        {isBot && (
          <Button kind="quiet" icon="key" onClick={() => setOpen("tokens")}>
            {t("admin.tokens")}
          </Button>
        )}
        {isOther && !isBot && (
          <Button kind="quiet" icon="key" onClick={() => setOpen("password")}>
            {t("admin.set_password")}
          </Button>
        )}
        {!isBot && (
          <Button kind="quiet" icon="clock" onClick={() => setOpen("sessions")}>
            {t("admin.sessions")}
          </Button>
        )}
        {user.locked_until && (
          <Button icon="unlock" busy={isBusy} onClick={letIn}>
            {t("admin.unlock")}
          </Button>
        )}
        {isOther && (
          <Button kind={user.disabled ? "primary" : "danger"} onClick={() => setOpen("disabled")}>
            {t(user.disabled ? "admin.enable" : "admin.disable")}
          </Button>
        )}
      </div>
      {open === "edit" && <PersonForm me={me} edited={user} onClose={close} onDone={onChanged} />}
      {open === "password" && <SetPassword user={user} onClose={close} onDone={onStale} />}
      {open === "sessions" && <Sessions of={user} onClose={close} />}
      {open === "tokens" && <Tokens of={user} onClose={close} />}
      {open === "disabled" && <SetDisabled user={user} onClose={close} onDone={onChanged} />}
    </>
  );
}
