/** Hours in which no mail comes, in a time zone that travels with nobody: it is chosen, the device's own at first. */
import type { QuietHours } from "parley-client";
import { useMemo } from "preact/hooks";
import { t } from "../../text/index.ts";
import { Checkbox, Select, TextField } from "../../ui/field.tsx";

interface QuietHoursProps {
  quiet: QuietHours;
  isOff: boolean;
  errors: readonly string[];
  onChange: (quiet: QuietHours) => void;
}

/** Shown before somebody has chosen any. */
export function usual(): QuietHours {
  return { on: false, begin: "20:00", end: "07:00", time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone };
}

export function QuietHoursFields({ quiet, isOff, errors, onChange }: QuietHoursProps) {
  const zones = useMemo(() => [...new Set(["UTC", quiet.time_zone, ...Intl.supportedValuesOf("timeZone")])].sort(), []);
  const isSame = quiet.begin === quiet.end;
  return (
    <fieldset class="mail__part" disabled={isOff}>
      <legend>{t("mail.quiet")}</legend>
      <Checkbox
        label={t("mail.quiet_on")}
        hint={t("mail.quiet_hint")}
        checked={quiet.on}
        onChange={(event) => onChange({ ...quiet, on: event.currentTarget.checked })}
      />
      {quiet.on && (
        <div class="mail__quiet">
          <TextField
            label={t("mail.quiet_begin")}
            type="time"
            required
            value={quiet.begin}
            errors={isSame ? [t("mail.quiet_same")] : errors}
            onInput={(event) => onChange({ ...quiet, begin: event.currentTarget.value })}
          />
          <TextField
            label={t("mail.quiet_end")}
            type="time"
            required
            value={quiet.end}
            onInput={(event) => onChange({ ...quiet, end: event.currentTarget.value })}
          />
          <Select
            label={t("mail.time_zone")}
            value={quiet.time_zone}
            onChange={(event) => onChange({ ...quiet, time_zone: event.currentTarget.value })}
          >
            {zones.map((zone) => (
              <option key={zone} value={zone}>
                {zone.replaceAll("_", " ")}
              </option>
            ))}
          </Select>
        </div>
      )}
    </fieldset>
  );
}
