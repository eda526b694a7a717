/** The second line of a row: who is typing, what was not sent, what was said last, else how the person is. */
import type { Conversation, Person, State } from "parley-client";
import { t } from "../../../text/index.ts";
import { changeInWords } from "../change.ts";
import { isBot, myId, nameOf, otherOf, statusOf } from "../naming.ts";

export interface Line {
  readonly text: string;
  readonly tone?: "typing" | "failed" | "aside";
}

const LENGTH_MAX = 160;

export function lineOf(state: State, one: Conversation): Line {
  const typing = typist(state, one);
  if (typing) return { text: typing, tone: "typing" };
  const unsent = lineOfUnsent(state, otherOf(one, myId(state)), one.conversation_id);
  if (unsent) return unsent;
  const last = one.last_message;
  if (!last)
    return {
      text: one.kind === "group" ? t("row.members", { count: one.member_count }) : t("row.nothing_yet"),
      tone: "aside",
    };
  if (last.change) return { text: changeInWords(state, last), tone: "aside" };
  if (last.deleted_at) return { text: t("row.deleted"), tone: "aside" };
  const text = short(last.text);
  if (last.sender_id === myId(state)) return { text: t("row.you", { text }) };
  return { text: one.kind === "group" ? t("row.author", { name: nameOf(state, last.sender_id), text }) : text };
}

/** Of somebody with whom nothing was written yet. */
export function lineOfPerson(state: State, person: Person): Line {
  const unsent = lineOfUnsent(state, person.user.user_id);
  if (unsent) return unsent;
  if (isBot(person)) return { text: t("presence.bot"), tone: "aside" };
  const note = person.presence?.note;
  const status = t(`status.${statusOf(person)}`);
  return { text: note ? `${status} · ${note}` : status, tone: "aside" };
}

function typist(state: State, one: Conversation): string | undefined {
  const now = Date.now();
  const me = myId(state);
  for (const [userId, until] of state.typing.get(one.conversation_id) ?? [])
    if (until > now && userId !== me)
      return one.kind === "direct" ? t("row.typing") : t("row.typing_name", { name: nameOf(state, userId) });
  return undefined;
}

function lineOfUnsent(state: State, userId: string | undefined, conversationId?: string): Line | undefined {
  const unsent = state.outbox.findLast(({ to }) =>
    "userId" in to ? to.userId === userId : to.conversationId === conversationId,
  );
  if (!unsent) return undefined;
  const text = short(unsent.text);
  if (unsent.phase === "failed") return { text: `${t("row.not_sent")}: ${text}`, tone: "failed" };
  return { text: t("row.you", { text }), tone: "aside" };
}

/** One line, without what would break it. */
function short(text: string): string {
  return text.slice(0, LENGTH_MAX).replace(/\s+/g, " ").trim();
}
