/** Who somebody is to the person who looks, and what a conversation is called. */
import type { Conversation, Person, State } from "parley-client";
import { t } from "../../text/index.ts";
import type { Status } from "../../ui/marks.tsx";

export function myId(state: State): string {
  return state.session.phase === "in" ? state.session.user.user_id : "";
}

/** Users and admins make, change and delete groups. */
export function isLeader(state: State): boolean {
  return state.session.phase === "in" && state.session.user.role !== "agent";
}

/** The other one of a direct conversation. */
export function otherOf(conversation: Conversation, me: string): string | undefined {
  if (conversation.kind !== "direct") return undefined;
  return conversation.member_ids?.find((id) => id !== me);
}

export function nameOf(state: State, userId: string): string {
  return state.people.get(userId)?.user.name ?? t("person.unknown");
}

export function titleOf(state: State, conversation: Conversation): string {
  const other = otherOf(conversation, myId(state));
  return (other && state.people.get(other)?.user.name) || conversation.name || t("person.unknown");
}

export function statusOf(person: Person | undefined): Status {
  return person?.presence?.status ?? person?.user.status ?? "offline";
}

/** None for a service account: it is never here or away. */
export function shownStatusOf(person: Person | undefined): Status | undefined {
  return isBot(person) ? undefined : statusOf(person);
}

export function isBot(person: Person | undefined): boolean {
  return person?.user.kind === "service";
}

let directs: ReadonlyMap<string, string> = new Map();
let madeOf: State["conversations"] | undefined;

/** By the other's id: the conversations of two. */
export function directsOf(state: State): ReadonlyMap<string, string> {
  if (state.conversations !== madeOf) {
    madeOf = state.conversations;
    const found = new Map<string, string>();
    for (const one of madeOf.values()) {
      const other = otherOf(one, myId(state));
      if (other) found.set(other, one.conversation_id);
    }
    directs = found;
  }
  return directs;
}

/** The id of the conversation with this person, where there is one. */
export function directWith(state: State, userId: string): string | undefined {
  return directsOf(state).get(userId);
}
