import { useState } from "preact/hooks";
import { t } from "../../../text/index.ts";
import { refusalOf, refusalText } from "../../../text/refusal.ts";
import { Banner } from "../../../ui/banner.tsx";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Select } from "../../../ui/field.tsx";
import { setStatus } from "./status.ts";
import { timeOfUntil, type Until, untilOptions } from "./until.ts";

export default function Busy({ onClose }: { onClose: () => void }) {
  const [until, choose] = useState<Until>("hour");
  const [isBusy, work] = useState(false);
  const [fault, fail] = useState<string>();

  async function begin() {
    work(true);
    try {
      await setStatus("do_not_disturb", timeOfUntil(until));
      onClose();
    } catch (thrown) {
      fail(refusalText(refusalOf(thrown)));
      work(false);
    }
  }

  return (
    <Dialog
      title={t("busy.title")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" busy={isBusy} onClick={begin}>
            {t("busy.begin")}
          </Button>
        </>
      }
    >
      {fault && <Banner severity="error">{fault}</Banner>}
      <p>{t("busy.what")}</p>
      <Select
        label={t("busy.until")}
        value={until}
        autofocus
        onChange={(event) => choose(event.currentTarget.value as Until)}
      >
        {untilOptions("until.ended").map(({ id, label }) => (
          <option key={id} value={id}>
            {label}
          </option>
        ))}
      </Select>
    </Dialog>
  );
}
