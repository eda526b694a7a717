/** All keys, by where they work; and whether signs alone are among them. */
import { t } from "../text/index.ts";
import { useSignal } from "../text/use-signal.ts";
import { Dialog } from "../ui/dialog.tsx";
import { Checkbox } from "../ui/field.tsx";
import { named } from "./match.ts";
import "./overview.css";
import { isSign, signs } from "./signs.ts";
import { KEYS, type KeyName, type Shortcut } from "./table.ts";

const AREAS = ["everywhere", "writing", "messages", "lists"] as const;

export default function Overview({ onClose }: { onClose: () => void }) {
  const hasSigns = useSignal(signs);
  return (
    <Dialog title={t("keys.title")} onClose={onClose} wide>
      <div class="keys">
        {AREAS.map((area) => (
          <section key={area} class="keys__area" aria-labelledby={`keys-${area}`}>
            <h3 id={`keys-${area}`}>{t(`keys.in.${area}`)}</h3>
            <dl>
              {of(area).map(([name, shortcut]) => (
                <div key={name} class="keys__row">
                  <dt>{t(`keys.${name}`)}</dt>
                  <dd>
                    {shortcut.keys
                      .filter((key) => hasSigns || shortcut.area !== "everywhere" || !isSign(key))
                      .map((key, at) => (
                        <span key={key} class="keys__one">
                          {at > 0 && <span class="keys__or">{t("keys.or")}</span>}
                          {named(key).map((part) => (
                            <kbd key={part}>{part}</kbd>
                          ))}
                        </span>
                      ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <Checkbox
        label={t("keys.signs")}
        hint={t("keys.signsHint")}
        checked={hasSigns}
        onChange={(event) => signs.set(event.currentTarget.checked)}
      />
    </Dialog>
  );
}

function of(area: Shortcut["area"]): [KeyName, Shortcut][] {
  return (Object.entries(KEYS) as [KeyName, Shortcut][]).filter(([, shortcut]) => shortcut.area === area);
}
