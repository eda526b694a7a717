/** What is shown of a conversation, a row for each message and for each that is not acknowledged. Pure. */
import type { Message, Pending } from "parley-client";
import { dayOf } from "./times.ts";

/** How far a message of one's own came: nobody, some or all of the others have read it. */
export interface Mark {
  readonly readBy: number;
  readonly of: number;
}

export interface Row {
  readonly key: string;
  /** The first of its day: the line before it says which. */
  readonly day?: string;
  /** The first that is unread. */
  readonly isNew?: boolean;
  /** Under the name of who said what is before it. */
  readonly isFollowing: boolean;
  readonly isMine: boolean;
  readonly message?: Message;
  readonly mark?: Mark;
  readonly pending?: Pending;
}

export interface Shown {
  readonly messages: readonly Message[];
  readonly pending: readonly Pending[];
  readonly meId: string;
  /** Up to which `seq` each of the others has read; absent: that is not shown here. */
  readonly readers?: readonly number[];
  readonly newFrom?: number | undefined;
}

const TOGETHER_MS = 5 * 60_000;

const moments = new WeakMap<Message, { at: number; day: number }>();

/** Read once for each message: this is asked of all of them with every change. */
function momentOf(message: Message): { at: number; day: number } {
  let moment = moments.get(message);
  if (!moment) {
    moment = { at: Date.parse(message.sent_at), day: dayOf(message.sent_at) };
    moments.set(message, moment);
  }
  return moment;
}

/** Makes rows, and gives the same object for a row that has not changed, so that it is not drawn anew. */
export function rowMaker(): (shown: Shown) => Row[] {
  let rows = new Map<string, Row>();
  return (shown) => {
    const next = new Map<string, Row>();
    let before: Message | undefined;
    let last: Row | undefined;
    for (const message of shown.messages) {
      last = keep(rows, rowOf(message, before, shown));
      next.set(last.key, last);
      before = message;
    }
    for (const pending of shown.pending) {
      if (next.has(pending.clientMessageId)) continue;
      last = keep(rows, pendingRow(pending, before, last));
      next.set(last.key, last);
    }
    rows = next;
    return [...next.values()];
  };
}

function rowOf(message: Message, before: Message | undefined, shown: Shown): Row {
  const isMine = message.sender_id === shown.meId && !message.change;
  const isNew = message.seq === shown.newFrom;
  const isOther = !before || momentOf(before).day !== momentOf(message).day;
  return {
    key: isMine ? message.client_message_id : message.message_id,
    isFollowing: !isOther && !isNew && !message.reply_to_seq && follows(message, before),
    isMine,
    message,
    ...(isOther && { day: message.sent_at }),
    ...(isNew && { isNew }),
    ...(isMine && shown.readers && !message.deleted_at && { mark: markOf(message.seq, shown.readers) }),
  };
}

function follows(message: Message, before: Message | undefined): boolean {
  return (
    before?.sender_id === message.sender_id &&
    !before.change &&
    momentOf(message).at - momentOf(before).at < TOGETHER_MS
  );
}

function pendingRow(pending: Pending, before: Message | undefined, above: Row | undefined): Row {
  const isOther = !above?.pending && (!before || momentOf(before).day !== dayOf(pending.writtenAt));
  const isClose = !!before && pending.writtenAt - momentOf(before).at < TOGETHER_MS;
  const isUnderMine = !!above?.isMine && (!!above.pending || isClose);
  return {
    key: pending.clientMessageId,
    isFollowing: !isOther && isUnderMine && pending.replyToSeq === undefined,
    isMine: true,
    pending,
    ...(isOther && { day: new Date(pending.writtenAt).toISOString() }),
  };
}

function markOf(seq: number, readers: readonly number[]): Mark {
  return { readBy: readers.filter((read) => read >= seq).length, of: readers.length };
}

function keep(rows: ReadonlyMap<string, Row>, row: Row): Row {
  const old = rows.get(row.key);
  const isSame =
    old?.message === row.message &&
    old?.pending === row.pending &&
    old?.day === row.day &&
    old?.isNew === row.isNew &&
    old?.isFollowing === row.isFollowing &&
    old?.isMine === row.isMine &&
    old?.mark?.readBy === row.mark?.readBy &&
    old?.mark?.of === row.mark?.of;
  return old && isSame ? old : row;
}
