/** What can be done about a person, by who is looking. */
import type { User } from "parley-client";
import { useState } from "preact/hooks";
import { parley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { refusalOf, refusalText } from "../../../text/refusal.ts";
import { Button } from "../../../ui/button.tsx";
import { toast } from "../../../ui/toast.tsx";
import { Sessions } from "../../account/sessions.tsx";
import { mayManage, mayRule } from "../may.ts";
import { Disable } from "./disable.tsx";
import { PersonForm } from "./person-form.tsx";
import { SetPassword } from "./set-password.tsx";

interface ActionsProps {
  me: User;
  user: User;
  onChanged: (user: User, link?: string) => void;
  onCopy: () => void;
  /** Something changed that the person's own data say. */
  onStale: () => Promise<void>;
}

export function PersonActions({ me, user, onChanged, onCopy, onStale }: ActionsProps) {
  const [open, setOpen] = useState<"edit" | "password" | "sessions" | "disable">();
  const [isBusy, work] = useState(false);
  const close = () => setOpen(undefined);
  if (!mayManage(me, user)) return <p class="table__quiet">{t("admin.not_yours")}</p>;
  const isOther = mayRule(me, user);

  async function act(ask: () => Promise<unknown>, done: string) {
    work(true);
    try {
      await ask();
      toast(done);
    } catch (thrown) {
      toast(refusalText(refusalOf(thrown)), { isError: true });
    }
    work(false);
    await onStale();
  }

  async function enable() {
    const { user: changed, invitation } = await parley.ask("user.update", { user_id: user.user_id, disabled: false });
    onChanged(changed, invitation);
  }

  const unlock = () => parley.ask("user.unlock", { user_id: user.user_id });
  return (
    <>
      <div class="panel__actions">
        <Button kind="quiet" icon="edit" onClick={() => setOpen("edit")}>
          {t("admin.edit")}
        </Button>
        <Button kind="quiet" icon="copy" onClick={onCopy}>
          {t("admin.copy")}
        </Button>
        {isOther && (
          <Button kind="quiet" icon="key" onClick={() => setOpen("password")}>
            {t("admin.set_password")}
          </Button>
        )}
        <Button kind="quiet" icon="clock" onClick={() => setOpen("sessions")}>
          {t("admin.sessions")}
        </Button>
        {user.locked_until && (
          <Button icon="lock" busy={isBusy} onClick={() => act(unlock, t("admin.unlocked", { name: user.name }))}>
            {t("admin.unlock")}
          </Button>
        )}
        {isOther && user.disabled && (
          <Button kind="primary" busy={isBusy} onClick={() => act(enable, t("admin.enabled", { name: user.name }))}>
            {t("admin.enable")}
          </Button>
        )}
        {isOther && !user.disabled && (
          <Button kind="danger" onClick={() => setOpen("disable")}>
            {t("admin.disable")}
          </Button>
        )}
      </div>
      {open === "edit" && <PersonForm me={me} edited={user} onClose={close} onDone={onChanged} />}
      {open === "password" && <SetPassword user={user} onClose={close} onDone={onStale} />}
      {open === "sessions" && <Sessions of={user} onClose={close} />}
      {open === "disable" && <Disable user={user} onClose={close} onDone={onChanged} />}
    </>
  );
}
