/** What is mailed of what one missed: at all, at what times, and of which conversations. */
import type { Preferences } from "parley-client";
import { useEffect, useId, useState } from "preact/hooks";
import { parley } from "../../parley.ts";
import { language, t } from "../../text/index.ts";
import { fieldErrors, refusalOf, refusalText } from "../../text/refusal.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Checkbox } from "../../ui/field.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { toast } from "../../ui/toast.tsx";
import { MailedConversations } from "./mailed-conversations.tsx";
import { QuietHoursFields, usual } from "./quiet-hours.tsx";
import "./form.css";
import "./mail.css";

export function Mail({ onClose }: { onClose: () => void }) {
  const [known, know] = useState<{ kept: Preferences; email: string | undefined }>();
  const [problem, tell] = useState<string>();
  useEffect(() => {
    Promise.all([parley.ask("preferences.get", {}), parley.ask("me.get", {})])
      .then(([{ preferences }, { user }]) => know({ kept: preferences, email: user.email }))
      .catch((thrown) => tell(refusalText(refusalOf(thrown))));
  }, []);
  if (known) return <Choose {...known} onClose={onClose} />;
  return (
    <Dialog title={t("mail.title")} onClose={onClose} actions={<Button onClick={onClose}>{t("action.close")}</Button>}>
      {problem ? <Banner severity="error">{problem}</Banner> : <Spinner />}
    </Dialog>
  );
}

interface ChooseProps {
  kept: Preferences;
  /** Where mails go. */
  email: string | undefined;
  onClose: () => void;
}

function Choose({ kept, email, onClose }: ChooseProps) {
  const [isMailed, mail] = useState(kept.mail);
  const [quiet, setQuiet] = useState(kept.quiet_hours ?? usual());
  const [silent, silence] = useState<ReadonlySet<string>>(
    () => new Set(kept.conversations.map((one) => one.conversation_id)),
  );
  const [isBusy, work] = useState(false);
  const [refusal, refuse] = useState<ReturnType<typeof refusalOf>>();
  const form = useId();
  const quietErrors = fieldErrors(refusal, "quiet_hours");

  async function save(event: Event) {
    event.preventDefault();
    if (isBusy) return;
    work(true);
    try {
      await parley.ask("preferences.set", {
        mail: isMailed,
        language: language.get(),
        ...(quiet.on || kept.quiet_hours ? { quiet_hours: quiet } : {}),
        conversations: changes(kept, silent),
      });
      toast(t("mail.saved"));
      onClose();
    } catch (thrown) {
      refuse(refusalOf(thrown));
      work(false);
    }
  }

  return (
    <Dialog
      title={t("mail.title")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" form={form} busy={isBusy}>
            {t("action.save")}
          </Button>
        </>
      }
    >
      <form id={form} class="form" onSubmit={save} noValidate>
        {refusal && quietErrors.length === 0 && <Banner severity="error">{refusalText(refusal)}</Banner>}
        {!kept.available && <Banner severity="info">{t("mail.unavailable")}</Banner>}
        {kept.available && !email && <Banner severity="warning">{t("mail.no_address")}</Banner>}
        <Checkbox
          label={t("mail.on")}
          hint={email ? t("mail.about_to", { email }) : t("mail.about")}
          checked={isMailed}
          autofocus
          onChange={(event) => mail(event.currentTarget.checked)}
        />
        <QuietHoursFields
          quiet={quiet}
          isOff={!isMailed}
          errors={quietErrors}
          onChange={(changed) => {
            setQuiet(changed);
            refuse(undefined);
          }}
        />
        <MailedConversations silent={silent} isOff={!isMailed} onChange={silence} />
      </form>
    </Dialog>
  );
}

/** What differs from what is kept, each way. */
function changes(
  kept: Preferences,
  silent: ReadonlySet<string>,
): { conversation_id: string; mail: "all" | "nothing" }[] {
  const before = new Set(kept.conversations.map((one) => one.conversation_id));
  const added = [...silent].filter((id) => !before.has(id));
  const taken = [...before].filter((id) => !silent.has(id));
  return [
    ...added.map((id) => ({ conversation_id: id, mail: "nothing" as const })),
    ...taken.map((id) => ({ conversation_id: id, mail: "all" as const })),
  ];
}
