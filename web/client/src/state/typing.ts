/** Who is typing where. It ends by itself, or with what was typed. */
import type { Message } from "../../../contract/index.ts";
import type { Whole } from "./whole.ts";

/** Somebody who goes on typing says so every few seconds. */
export const TYPING_MS = 5_000;

export function typed(whole: Whole, conversationId: string, userId: string, at: number): Whole {
  const there = new Map(whole.typing.get(conversationId)).set(userId, at + TYPING_MS);
  return { ...whole, typing: new Map(whole.typing).set(conversationId, there) };
}

export function typedOut(whole: Whole, message: Message): Whole {
  const there = whole.typing.get(message.conversation_id);
  if (!there?.has(message.sender_id)) return whole;
  return { ...whole, typing: kept(whole, (id, user) => id !== message.conversation_id || user !== message.sender_id) };
}

export function typingOver(whole: Whole, at: number): Whole {
  const isOver = [...whole.typing.values()].some((there) => [...there.values()].some((until) => until <= at));
  return isOver ? { ...whole, typing: kept(whole, (_, __, until) => until > at) } : whole;
}

export function nobodyTypes(whole: Whole, conversationId: string): Whole {
  return whole.typing.has(conversationId) ? { ...whole, typing: kept(whole, (id) => id !== conversationId) } : whole;
}

function kept(whole: Whole, keep: (conversationId: string, userId: string, until: number) => boolean): Whole["typing"] {
  const typing = new Map<string, ReadonlyMap<string, number>>();
  for (const [conversationId, there] of whole.typing) {
    const rest = new Map([...there].filter(([userId, until]) => keep(conversationId, userId, until)));
    if (rest.size > 0) typing.set(conversationId, rest);
  }
  return typing;
}
