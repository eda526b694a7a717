/** What a row shows, as plain values: it is drawn anew only when one of them changes. */
import type { State } from "parley-client";
import type { Status } from "../../../ui/marks.tsx";
import { chosenAt } from "../chosen.ts";
import { isBot, myId, otherOf, shownStatusOf, titleOf } from "../naming.ts";
import { type Line, lineOf, lineOfPerson } from "./line.ts";

export interface Contents {
  readonly id: string;
  readonly name: string;
  readonly isGroup: boolean;
  readonly isClosed: boolean;
  readonly isBot: boolean;
  readonly status: Status | undefined;
  readonly note: string | undefined;
  readonly text: string;
  readonly tone: Line["tone"];
  readonly sentAt: string | undefined;
  readonly unread: number;
  readonly isMuted: boolean;
  readonly isPinned: boolean;
}

const NOTHING = { unread: 0, isMuted: false, isPinned: false, sentAt: undefined };

export function contentsOf(state: State, row: string): Contents | undefined {
  const chosen = chosenAt(row);
  if (!chosen) return undefined;
  if ("userId" in chosen) {
    const person = state.people.get(chosen.userId);
    if (!person) return undefined;
    const { text, tone } = lineOfPerson(state, person);
    const { user_id: id, name } = person.user;
    return {
      ...NOTHING,
      id,
      name,
      isGroup: false,
      isClosed: false,
      isBot: isBot(person),
      status: shownStatusOf(person),
      note: undefined,
      text,
      tone,
    };
  }
  const one = state.conversations.get(chosen.conversationId);
  if (!one) return undefined;
  const other = otherOf(one, myId(state));
  const person = other ? state.people.get(other) : undefined;
  const { text, tone } = lineOf(state, one);
  return {
    id: other ?? one.conversation_id,
    name: titleOf(state, one),
    isGroup: one.kind === "group",
    isClosed: person?.user.disabled ?? false,
    isBot: isBot(person),
    status: other ? shownStatusOf(person) : undefined,
    note: person?.presence?.note,
    text,
    tone,
    sentAt: one.last_message?.sent_at ?? one.created_at,
    unread: one.unread ?? 0,
    isMuted: one.muted ?? false,
    isPinned: one.pinned ?? false,
  };
}

export function sameContents(one: Contents | undefined, other: Contents | undefined): boolean {
  if (!one || !other) return one === other;
  return (Object.keys(one) as (keyof Contents)[]).every((name) => one[name] === other[name]);
}
