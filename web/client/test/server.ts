/**
 * A small model of the server as one person, Ada, sees it: what is so, and what is pushed when it changes. A wire keeps
 * pushes in their order; answers come in theirs; the two overtake each other.
 */
import type {
  Conversation,
  GroupPush,
  Message,
  MessagePush,
  ReadAnswer,
  ReadPush,
  Snapshot,
  UnreadState,
} from "../../contract/index.ts";
import type { Push } from "../src/state/inputs.ts";
import { ada, at, grace, linus } from "./people.ts";

interface Kept {
  conversation: Conversation;
  messages: Message[];
  /** What Ada sees begins above it. */
  from: number;
  isIn: boolean;
  readers: Map<string, { seq: number; version: number }>;
}

export class Server {
  readonly kept = new Map<string, Kept>();
  /** Everything that was pushed in this run, oldest first. */
  readonly log: Push[] = [];
  wire: Push[] = [];
  #clock = 0;
  #sent = 0;
  #dirty = new Set<string>();
  readonly #furthest = new Map<string, number>();

  get ids(): string[] {
    return [...this.kept].filter(([, { isIn }]) => isIn).map(([id]) => id);
  }

  say(id: string, sender: string, clientMessageId?: string): Message | undefined {
    if (!this.kept.has(id) && id.startsWith("d_")) this.#begin(id);
    const kept = this.kept.get(id);
    if (kept === undefined) return undefined;
    const repeated = kept.messages.find((one) => one.client_message_id === clientMessageId);
    if (repeated !== undefined) return repeated;
    const message = this.#put(
      kept,
      sender,
      clientMessageId === undefined ? {} : { client_message_id: clientMessageId },
    );
    const { seq } = message;
    if (sender === ada.user_id) this.#readTo(kept, seq);
    else kept.readers.set(sender, { seq, version: kept.readers.get(sender)?.version ?? 0 });
    return message;
  }

  /** The furthest that Ada has read there, ever. */
  readTo(id: string): number {
    return this.#furthest.get(id) ?? 0;
  }

  /** The newest two messages reach the stream in the wrong order. */
  overtake(): void {
    const [one, other] = this.wire.slice(-2);
    if (one?.name !== "message.sent" || other?.name !== "message.sent") return;
    this.wire.splice(-2, 2, other, one);
    this.log.splice(-2, 2, other, one);
  }

  revise(id: string, place: number, isDeleted: boolean): void {
    const kept = this.kept.get(id);
    const seen = kept?.messages.filter(({ seq }) => seq > kept.from) ?? [];
    const known = seen[place % (seen.length || 1)];
    if (kept === undefined || !kept.isIn || known === undefined || known.deleted_at !== undefined) return;
    const revision = (known.revision ?? 0) + 1;
    const message: Message = isDeleted
      ? { ...known, text: "", deleted_at: this.#now(), revision }
      : { ...known, text: `${known.text}!`, edited_at: this.#now(), revision };
    kept.messages[known.seq - 1] = message;
    if (kept.conversation.last_message?.seq === known.seq) {
      kept.conversation = { ...kept.conversation, last_message: message };
    }
    this.#push({ name: isDeleted ? "message.deleted" : "message.edited", body: { message, cursor: this.#cursor() } });
  }

  read(id: string, seq: number, userId: string): ReadAnswer | undefined {
    const kept = this.kept.get(id);
    if (kept === undefined || !kept.isIn) return undefined;
    const { conversation } = kept;
    if (userId !== ada.user_id) {
      const before = kept.readers.get(userId) ?? { seq: 0, version: 0 };
      if (seq <= before.seq) return undefined;
      this.#marked(kept, userId, Math.min(seq, conversation.last_seq), before.version + 1);
    } else if (seq > conversation.read_seq!) {
      this.#marked(kept, userId, Math.min(seq, conversation.last_seq), (conversation.read_version ?? 0) + 1);
    }
    return this.#answer(kept);
  }

  markUnread(id: string, seq: number): void {
    const kept = this.kept.get(id);
    if (kept === undefined || !kept.isIn || seq - 1 >= kept.conversation.read_seq!) return;
    this.#marked(kept, ada.user_id, Math.max(seq - 1, kept.from), (kept.conversation.read_version ?? 0) + 1);
  }

  mine(id: string, muted: boolean, pinned: boolean): void {
    const kept = this.kept.get(id);
    if (kept === undefined || !kept.isIn) return;
    kept.conversation = { ...kept.conversation, muted, pinned };
    const version = ++this.#clock;
    this.#push({
      name: "conversation.updated",
      body: { conversation_id: id, muted, pinned, version, cursor: this.#cursor() },
    });
  }

  join(id: string): void {
    const kept = this.kept.get(id);
    if (kept?.isIn) return;
    const group: Conversation = kept?.conversation ?? {
      conversation_id: id,
      kind: "group",
      name: id,
      owner_id: linus.user_id,
      member_count: 3,
      writing_enabled: true,
      last_seq: 0,
      version: 0,
      created_at: this.#now(),
    };
    const conversation: Conversation = {
      ...group,
      member_ids: [ada.user_id, grace.user_id, linus.user_id],
      version: group.version! + 1,
      read_seq: group.last_seq,
      read_version: (group.read_version ?? 0) + 1,
      muted: false,
      pinned: false,
    };
    delete conversation.last_message;
    const from = group.last_seq;
    this.kept.set(id, { conversation, messages: kept?.messages ?? [], from, isIn: true, readers: new Map() });
    this.#readTo(this.kept.get(id)!, from);
    this.#push({ name: "group.created", body: { conversation: told(conversation), cursor: this.#cursor() } }, id);
  }

  /** Said in the group, too: whoever changes it has read nothing by that. */
  change(id: string, name: string, writing_enabled: boolean, by: string): void {
    const kept = this.kept.get(id);
    if (kept?.conversation.kind !== "group" || !kept.isIn) return;
    const version = kept.conversation.version! + 1;
    kept.conversation = { ...kept.conversation, name, writing_enabled, version };
    this.#push({ name: "group.updated", body: { conversation: told(kept.conversation), cursor: this.#cursor() } });
    this.#put(kept, by, { change: { name, writing_enabled } });
  }

  leave(id: string): void {
    const kept = this.kept.get(id);
    if (kept?.conversation.kind !== "group" || !kept.isIn) return;
    kept.isIn = false;
    const version = kept.conversation.version! + 1;
    kept.conversation = { ...kept.conversation, version };
    const conversation = told(kept.conversation);
    this.#push({ name: "group.deleted", body: { conversation, reason: "removed", cursor: this.#cursor() } }, id);
  }

  /** Of those that changed since it was told last, or of all. */
  unread(isOfAll: boolean): UnreadState {
    const told = isOfAll ? this.ids : this.ids.filter((id) => this.#dirty.has(id));
    this.#dirty.clear();
    const conversations = told.map((id) => {
      const { last_seq, read_seq, read_version } = this.kept.get(id)!.conversation;
      const unread = last_seq - read_seq!;
      return { conversation_id: id, unread, last_seq, read_seq: read_seq!, version: read_version ?? 0 };
    });
    const total = this.ids.reduce((sum, id) => sum + this.get(id)!.unread!, 0);
    return { total, conversations };
  }

  pushUnread(): void {
    if (this.#dirty.size > 0) this.wire.push({ name: "unread", body: this.unread(false) });
  }

  get(id: string): Conversation | undefined {
    const kept = this.kept.get(id);
    if (!kept?.isIn) return undefined;
    const { conversation } = kept;
    const may_write = conversation.kind === "direct" || conversation.writing_enabled;
    return { ...conversation, unread: conversation.last_seq - conversation.read_seq!, may_write };
  }

  readersOf(id: string): { user_id: string; read_seq: number }[] {
    return [...(this.kept.get(id)?.readers ?? [])].map(([user_id, { seq }]) => ({ user_id, read_seq: seq }));
  }

  list(id: string, { before = Number.POSITIVE_INFINITY, after = 0, limit = 3 }): Message[] {
    const kept = this.kept.get(id);
    if (!kept?.isIn) return [];
    const seen = kept.messages.filter(({ seq }) => seq > kept.from && seq > after && seq < before);
    return after > 0 ? seen.slice(0, limit) : seen.slice(-limit);
  }

  snapshot(): Snapshot {
    return { conversations: this.ids.map((id) => this.get(id)!), unread: this.unread(true) };
  }

  /** What a person who belongs to the groups of now is told again of the last so many pushes. */
  again(count: number): Push[] {
    return this.log.slice(this.log.length - count).filter((push) => {
      const isComing = push.name === "group.deleted" || push.name === "group.created";
      return isComing || this.kept.get(conversationOf(push))?.isIn;
    });
  }

  #put(kept: Kept, sender_id: string, more: Partial<Message>): Message {
    const { conversation } = kept;
    const { conversation_id } = conversation;
    const seq = conversation.last_seq + 1;
    const message: Message = {
      conversation_id,
      seq,
      message_id: `m_${conversation_id}_${seq}`,
      client_message_id: `c${++this.#sent}`,
      sender_id,
      text: `said ${seq}`,
      sent_at: this.#now(),
      ...more,
    };
    kept.messages.push(message);
    kept.conversation = { ...conversation, last_seq: seq, last_message: message };
    if (kept.isIn) this.#push({ name: "message.sent", body: { message, cursor: this.#cursor() } }, conversation_id);
    return message;
  }

  #readTo(kept: Kept, read_seq: number): void {
    const id = kept.conversation.conversation_id;
    kept.conversation = { ...kept.conversation, read_seq };
    this.#furthest.set(id, Math.max(this.readTo(id), read_seq));
  }

  #marked(kept: Kept, user_id: string, seq: number, version: number): void {
    const id = kept.conversation.conversation_id;
    if (user_id === ada.user_id) {
      this.#readTo(kept, seq);
      kept.conversation = { ...kept.conversation, read_version: version };
      this.#dirty.add(id);
    } else {
      kept.readers.set(user_id, { seq, version });
    }
    this.#push({
      name: "conversation.read",
      body: { conversation_id: id, user_id, seq, version, cursor: this.#cursor() },
    });
  }

  #answer({ conversation: { conversation_id, last_seq, read_seq } }: Kept): ReadAnswer {
    return { conversation_id, read_seq: read_seq!, unread: last_seq - read_seq! };
  }

  #begin(id: string): void {
    const other = id === "d_Grace" ? grace : linus;
    const conversation: Conversation = {
      conversation_id: id,
      kind: "direct",
      name: other.name,
      member_count: 2,
      member_ids: [ada.user_id, other.user_id].sort(),
      writing_enabled: true,
      last_seq: 0,
      read_seq: 0,
      created_at: this.#now(),
    };
    this.kept.set(id, { conversation, messages: [], from: 0, isIn: true, readers: new Map() });
  }

  #push(push: Push, dirty?: string): void {
    this.wire.push(push);
    this.log.push(push);
    if (dirty !== undefined) this.#dirty.add(dirty);
  }

  #now(): string {
    return at(++this.#clock);
  }

  #cursor(): string {
    return String(this.log.length + 1);
  }
}

/** As it is for all. */
function told({
  read_seq: _,
  read_version: __,
  muted: ___,
  pinned: ____,
  ...conversation
}: Conversation): Conversation {
  return conversation;
}

function conversationOf({ body }: Push): string {
  const { message, conversation, conversation_id } = body as Partial<MessagePush & GroupPush & ReadPush>;
  return (message ?? conversation)?.conversation_id ?? conversation_id ?? "";
}
