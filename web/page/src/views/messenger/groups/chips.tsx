/** Who is in already; of very many the latest, the others by typing their name. Arrow keys move between them. */
import { useRef, useState } from "preact/hooks";
import { useParley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { Icon } from "../../../ui/icon.tsx";
import { useKnown } from "../conversation/names.ts";
import { nameOf } from "../naming.ts";

const SHOWN_MAX = 60;

interface ChipsProps {
  ownerName: string;
  ids: ReadonlySet<string>;
  onRemove: (userId: string, name: string) => void;
}

export function Chips({ ownerName, ids, onRemove }: ChipsProps) {
  const shown = [...ids].slice(-SHOWN_MAX);
  useKnown(shown);
  const names = useParley(
    (state) => shown.map((id) => nameOf(state, id)),
    (one, other) => one.length === other.length && one.every((name, at) => name === other[at]),
  );
  const [current, follow] = useState(0);
  const list = useRef<HTMLUListElement>(null);

  function move(event: KeyboardEvent) {
    const buttons = [...(list.current?.querySelectorAll("button") ?? [])];
    const at = buttons.indexOf(event.target as HTMLButtonElement);
    const isBackwards = document.documentElement.dir === "rtl";
    const step = { ArrowRight: isBackwards ? -1 : 1, ArrowLeft: isBackwards ? 1 : -1 }[event.key];
    if (event.key === "Delete" || event.key === "Backspace") onRemove(shown[at]!, names[at]!);
    else if (step) buttons[at + step]?.focus();
    else return;
    event.preventDefault();
  }

  return (
    <ul ref={list} class="chips" onKeyDown={move}>
      <li class="chip chip--owner">
        {ownerName} <span class="chip__aside">{t("group.owner")}</span>
      </li>
      {ids.size > SHOWN_MAX && <li class="chips__more">{t("group.more", { count: ids.size - SHOWN_MAX })}</li>}
      {shown.map((id, at) => (
        <li key={id} class="chip">
          {names[at]}
          <button
            type="button"
            class="chip__remove"
            aria-label={t("group.remove", { name: names[at]! })}
            tabIndex={at === Math.min(current, shown.length - 1) ? 0 : -1}
            onFocus={() => follow(at)}
            onClick={() => onRemove(id, names[at]!)}
          >
            <Icon name="close" size={14} />
          </button>
        </li>
      ))}
    </ul>
  );
}
