/** Many people at once, from a CSV file: tried first, with every line at fault, then imported; as often as needed. */
import { useState } from "preact/hooks";
import { t } from "../../../text/index.ts";
import { fieldErrors, refusalText } from "../../../text/refusal.ts";
import { Banner } from "../../../ui/banner.tsx";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Checkbox } from "../../../ui/field.tsx";
import { DropFile } from "./drop-file.tsx";
import { Invitations } from "./invitations.tsx";
import { Report } from "./report.tsx";
import { type Chosen, type Options, useImport } from "./use-import.ts";
import "../../account/form.css";
import "./import.css";

export function ImportPeople({ onClose, onImported }: { onClose: () => void; onImported: () => void }) {
  const [chosen, choose] = useState<Chosen>();
  const [options, opt] = useState<Options>({ passwords: false, must_change: true });
  const { report, invitations, refusal, isBusy, run, forget } = useImport(onImported);
  const isTried = report?.dry_run === true;
  const isDone = report?.dry_run === false && !isBusy;
  const isImporting = report?.dry_run === false && isBusy;

  function take(file: Chosen) {
    forget();
    choose(file);
    void run(file, options, true);
  }

  function change(more: Partial<Options>) {
    const changed = { ...options, ...more };
    opt(changed);
    if (chosen) void run(chosen, changed, true);
  }

  // links come once: whoever closed it now would not see them
  const leave = () => isImporting || onClose();

  return (
    <Dialog
      wide
      title={t("admin.import_title")}
      onClose={leave}
      actions={
        <>
          <Button disabled={isImporting} onClick={leave}>
            {t(isDone ? "action.close" : "action.cancel")}
          </Button>
          {!isDone && (
            <Button
              kind="primary"
              icon="upload"
              busy={isBusy}
              disabled={!chosen || !isTried || !report?.created}
              onClick={() => chosen && run(chosen, options, false)}
            >
              {isTried ? t("admin.import_count", { count: report?.created ?? 0 }) : t("admin.import")}
            </Button>
          )}
        </>
      }
    >
      <p class="import__about">{t("admin.import_about")}</p>
      {!isImporting && <DropFile name={chosen?.name} isBusy={isBusy} onFile={take} />}
      {!isImporting && !isDone && (
        <>
          <Checkbox
            label={t("admin.import_passwords")}
            checked={options.passwords}
            disabled={isBusy}
            onChange={(event) => change({ passwords: event.currentTarget.checked })}
          />
          {options.passwords && (
            <Checkbox
              label={t("admin.must_change")}
              checked={options.must_change}
              disabled={isBusy}
              onChange={(event) => change({ must_change: event.currentTarget.checked })}
            />
          )}
        </>
      )}
      {refusal && <Banner severity="error">{fieldErrors(refusal, "csv")[0] ?? refusalText(refusal)}</Banner>}
      {report && !refusal && <Report report={report} />}
      {invitations.length > 0 && <Invitations invitations={invitations} />}
    </Dialog>
  );
}
