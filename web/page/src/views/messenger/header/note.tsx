import { useId, useState } from "preact/hooks";
import { parley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { fieldErrors, refusalOf, refusalText } from "../../../text/refusal.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Select, TextField } from "../../../ui/field.tsx";
import { clearNote, myPresence, setNote } from "./status.ts";
import { timeOfUntil, type Until, untilOptions } from "./until.ts";

const SUGGESTIONS = [
  ["note.lunch", "hour"],
  ["note.meeting", "hour"],
  ["note.training", "today"],
] as const;

export default function Note({ onClose }: { onClose: () => void }) {
  const id = useId();
  const [note, write] = useState(myPresence(parley.state).note ?? "");
  const [until, choose] = useState<Until>("today");
  const [isBusy, work] = useState(false);
  const [errors, fail] = useState<readonly string[]>([]);

  async function save(event: Event) {
    event.preventDefault();
    work(true);
    try {
      await (note.trim() ? setNote(note.trim(), timeOfUntil(until)) : clearNote());
      onClose();
    } catch (thrown) {
      const refusal = refusalOf(thrown);
      const ofNote = fieldErrors(refusal, "note");
      fail(ofNote.length > 0 ? ofNote : [refusalText(refusal)]);
      work(false);
    }
  }

  return (
    <Dialog
      title={t("note.title")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" form={id} busy={isBusy}>
            {t("action.save")}
          </Button>
        </>
      }
    >
      <form id={id} class="note-form" onSubmit={save}>
        <TextField
          label={t("note.text")}
          hint={t("note.hint")}
          value={note}
          maxLength={parley.state.limits?.note_chars_max}
          autofocus
          autocomplete="off"
          errors={errors}
          onInput={(event) => write(event.currentTarget.value)}
        />
        <fieldset class="suggestions" aria-label={t("note.suggestions")}>
          {SUGGESTIONS.map(([key, lasts]) => (
            <Button
              key={key}
              onClick={() => {
                write(t(key));
                choose(lasts);
              }}
            >
              {t(key)}
            </Button>
          ))}
        </fieldset>
        <Select label={t("note.until")} value={until} onChange={(event) => choose(event.currentTarget.value as Until)}>
          {untilOptions("until.never").map(({ id: option, label }) => (
            <option key={option} value={option}>
              {label}
            </option>
          ))}
        </Select>
      </form>
    </Dialog>
  );
}
