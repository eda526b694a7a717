/** In which order conversations are shown: pinned ones first, then those with the newest message. */
import type { Conversation } from "../../../contract/index.ts";
import type { Whole } from "./whole.ts";

export function sorted(conversations: Iterable<Conversation>): readonly string[] {
  return [...conversations]
    .filter(isShown)
    .sort(compare)
    .map((one) => one.conversation_id);
}

/** With this one in its place; the others stay in theirs. */
export function placed(whole: Whole, conversation: Conversation): readonly string[] {
  const { conversation_id: id } = conversation;
  const before = whole.conversations.get(id);
  if (before !== undefined && isShown(before) === isShown(conversation) && compare(before, conversation) === 0) {
    return whole.order;
  }
  const others = whole.order.filter((one) => one !== id);
  if (!isShown(conversation)) return others;
  const place = others.findIndex((one) => compare(conversation, whole.conversations.get(one)!) < 0);
  return others.toSpliced(place < 0 ? others.length : place, 0, id);
}

/** Once it is known where its reader stands. */
const isShown = (conversation: Conversation): boolean => conversation.read_seq !== undefined;

function compare(one: Conversation, other: Conversation): number {
  const pinned = Number(other.pinned ?? false) - Number(one.pinned ?? false);
  if (pinned !== 0) return pinned;
  const [a, b] = [activeAt(one), activeAt(other)];
  if (a !== b) return a > b ? -1 : 1;
  return one.conversation_id < other.conversation_id ? -1 : Number(one.conversation_id > other.conversation_id);
}

const activeAt = (conversation: Conversation): string =>
  conversation.last_message?.sent_at ?? conversation.created_at ?? "";
