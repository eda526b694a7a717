/** Of which conversations one is mailed: all but those that are taken out here, and those that are muted. */
import type { Conversation, State } from "parley-client";
import { useMemo, useState } from "preact/hooks";
import { useParley } from "../../parley.ts";
import { t } from "../../text/index.ts";
import { Checkbox, TextField } from "../../ui/field.tsx";
import { titleOf } from "../messenger/naming.ts";

/** Fewer are seen at a glance. */
const SOUGHT_FROM = 9;

interface MailedProps {
  silent: ReadonlySet<string>;
  isOff: boolean;
  onChange: (silent: ReadonlySet<string>) => void;
}

export function MailedConversations({ silent, isOff, onChange }: MailedProps) {
  const state = useParley((state) => state);
  const [sought, seek] = useState("");
  const all = useMemo(() => byName(state), [state.conversations, state.people]);
  const wanted = sought.trim().toLocaleLowerCase();
  const shown = wanted ? all.filter(({ title }) => title.toLocaleLowerCase().includes(wanted)) : all;

  function set(id: string, isMailed: boolean) {
    const changed = new Set(silent);
    if (isMailed) changed.delete(id);
    else changed.add(id);
    onChange(changed);
  }

  if (all.length === 0) return null;
  return (
    <fieldset class="mail__part" disabled={isOff}>
      <legend>{t("mail.conversations")}</legend>
      {all.length >= SOUGHT_FROM && (
        <TextField
          label={t("mail.find")}
          type="search"
          value={sought}
          onInput={(event) => seek(event.currentTarget.value)}
        />
      )}
      {shown.length === 0 && <p class="mail__none">{t("mail.none_found")}</p>}
      <ul class="mail__list">
        {shown.map(({ one, title }) => (
          <li key={one.conversation_id}>
            <Checkbox
              label={title}
              {...(one.muted && { hint: t("mail.muted") })}
              checked={!one.muted && !silent.has(one.conversation_id)}
              disabled={Boolean(one.muted)}
              onChange={(event) => set(one.conversation_id, event.currentTarget.checked)}
            />
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

function byName(state: State): { one: Conversation; title: string }[] {
  return [...state.conversations.values()]
    .map((one) => ({ one, title: titleOf(state, one) }))
    .sort((a, b) => a.title.localeCompare(b.title));
}
