/** What was written and is not acknowledged, oldest first. What is acknowledged or heard of leaves it, whichever comes first. */
import type { Message, Refusal } from "../../../contract/index.ts";
import type { Pending } from "./state.ts";
import { me, type Whole } from "./whole.ts";

export function written(whole: Whole, pending: readonly Pending[]): Whole {
  const known = new Set(whole.outbox.map((one) => one.clientMessageId));
  const news = pending.filter((one) => !known.has(one.clientMessageId));
  return news.length === 0 ? whole : { ...whole, outbox: [...whole.outbox, ...news] };
}

export function sent(whole: Whole, message: Message): Whole {
  if (message.sender_id !== me(whole)) return whole;
  return without(whole, message.client_message_id);
}

export function refused(whole: Whole, clientMessageId: string, refusal: Refusal): Whole {
  return changed(whole, clientMessageId, (one) => ({ ...one, phase: "failed", refusal }));
}

export function retried(whole: Whole, clientMessageId: string): Whole {
  return changed(whole, clientMessageId, ({ refusal: _, ...one }) => ({ ...one, phase: "waiting" }));
}

export function without(whole: Whole, clientMessageId: string): Whole {
  const rest = whole.outbox.filter((one) => one.clientMessageId !== clientMessageId);
  return rest.length === whole.outbox.length ? whole : { ...whole, outbox: rest };
}

function changed(whole: Whole, clientMessageId: string, change: (pending: Pending) => Pending): Whole {
  const place = whole.outbox.findIndex((one) => one.clientMessageId === clientMessageId);
  return place < 0 ? whole : { ...whole, outbox: whole.outbox.with(place, change(whole.outbox[place]!)) };
}
