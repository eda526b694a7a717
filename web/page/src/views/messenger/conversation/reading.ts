/** What counts as read, and where the line "new messages" stands. */
import type { Conversation, Message, Thread } from "parley-client";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { parley } from "../../../parley.ts";
import { usePresent } from "./present.ts";

export interface Reading {
  /** The first message that was unread when it was opened, or when one stopped looking. */
  readonly newFrom: number | undefined;
  atEnd(isAtEnd: boolean): void;
  /** Keeps unread what is marked so, until the conversation is opened again. */
  hold(message: Message): void;
  wrote(): void;
}

export function useReading(conversation: Conversation | undefined, thread: Thread | undefined): Reading {
  const isPresent = usePresent();
  const [isAtEnd, atEnd] = useState(false);
  const [isHeld, setHeld] = useState(false);
  const unread = conversation?.unread ?? 0;
  const readSeq = conversation?.read_seq ?? 0;
  const [newFrom, drawLine] = useState(unread > 0 ? readSeq + 1 : undefined);
  const unreadBefore = useRef(conversation && unread);
  const isReading = isPresent && isAtEnd && !isHeld;
  const conversationId = conversation?.conversation_id;
  const lastSeq = thread && !thread.hasNewer ? (thread.messages.at(-1)?.seq ?? 0) : 0;

  useEffect(() => {
    if (isReading && conversationId !== undefined && lastSeq > readSeq) parley.read(conversationId, lastSeq);
  }, [isReading, conversationId, lastSeq, readSeq]);

  useEffect(() => {
    if (conversationId === undefined) return;
    // Also where it becomes known only now, because it was not among those that came first.
    if (!unreadBefore.current && unread > 0 && (!isReading || unreadBefore.current === undefined))
      drawLine(readSeq + 1);
    unreadBefore.current = unread;
  }, [conversationId, unread, readSeq, isReading]);

  const hold = useCallback((message: Message) => {
    setHeld(true);
    drawLine(message.seq);
  }, []);
  const wrote = useCallback(() => {
    setHeld(false);
    drawLine(undefined);
  }, []);
  return useMemo(() => ({ newFrom, atEnd, hold, wrote }), [newFrom, hold, wrote]);
}
