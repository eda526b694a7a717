/** What a system message says, in the language of the person: from its `change`, never from its text. */
import type { GroupChange, Message, State } from "parley-client";
import { language, localeOf, t } from "../../text/index.ts";
import { myId, nameOf } from "./naming.ts";

const NAMED_MAX = 3;

/** One sentence for each thing that changed; empty where it is no system message. */
export function changeInWords(state: State, message: Message): string {
  const change = message.change;
  if (!change) return "";
  const by = message.sender_id === myId(state) ? "" : nameOf(state, message.sender_id);
  const who = { who: by, isMe: by ? "no" : "yes" };
  const sentences: string[] = [];
  if (change.name !== undefined) sentences.push(t("change.name", { ...who, name: change.name }));
  if (change.writing_enabled !== undefined)
    sentences.push(t(change.writing_enabled ? "change.writing_on" : "change.writing_off", who));
  if (change.history) sentences.push(t(`change.history_${change.history}`, who));
  if (change.added?.length)
    sentences.push(t("change.added", { ...who, names: names(state, change.added, change.added_count) }));
  if (change.removed?.length)
    sentences.push(t("change.removed", { ...who, names: names(state, change.removed, change.removed_count) }));
  return sentences.join(" ");
}

function names(state: State, ids: NonNullable<GroupChange["added"]>, count = ids.length): string {
  const me = myId(state);
  const named = ids.slice(0, count > NAMED_MAX ? NAMED_MAX - 1 : NAMED_MAX);
  const said = named.map((id) => (id === me ? t("person.you_object") : nameOf(state, id)));
  if (count > named.length) said.push(t("change.others", { count: count - named.length }));
  return new Intl.ListFormat(localeOf(language.get()), { type: "conjunction" }).format(said);
}
