/**
 * The messages of a conversation. What is on the screen stays where it is when older ones come in above; at the end it
 * follows what is new, elsewhere it does not.
 */
import type { Thread } from "parley-client";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { t } from "../../../text/index.ts";
import type { Actions } from "./actions.ts";
import { useChain } from "./chain.ts";
import type { Row } from "./items.ts";
import { ToLatest } from "./latest.tsx";
import { MessageRow } from "./message.tsx";
import "./messages.css";
import { useEdges } from "./edges.ts";
import { useRowKeys } from "./row_keys.ts";
import { Top } from "./top.tsx";

/** Of what stands before the first message, as in messages.css. */
const TOP_PX = 72;
const NEAR_END_PX = 40;

export interface MessagesProps {
  conversationId: string;
  meId: string;
  rows: readonly Row[];
  thread: Thread;
  actions: Actions;
  unread: number;
  today: number;
  /** The `seq` to show, each time another object. */
  target: { seq: number } | undefined;
  /** Tells whether the latest message is in view. */
  onEnd: (isAtEnd: boolean) => void;
  onLatest: () => void;
  name: string;
}

export function Messages(props: MessagesProps) {
  const { conversationId, rows, thread, target, onEnd } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const isFollowing = useRef(true);
  const offset = useRef(0);
  const hasScrolled = useRef(false);
  const [isAtEnd, setAtEnd] = useState(true);
  const [soughtSeq, seek] = useState<number>();
  const { shift, generation } = useChain(rows);
  const edges = useEdges(conversationId, thread);
  const keys = useRowKeys(rows, list, scroller, props.actions);

  const toEnd = useCallback(() => {
    isFollowing.current = true;
    const box = scroller.current;
    if (box) box.scrollTop = box.scrollHeight;
  }, []);

  const look = useCallback(() => {
    const box = scroller.current;
    if (!box || box.clientHeight === 0) return;
    const now = box.scrollTop;
    const left = box.scrollHeight - box.clientHeight - now;
    const isEnd = left < NEAR_END_PX;
    if (isEnd) isFollowing.current = true;
    else if (now < offset.current - 1) isFollowing.current = false;
    offset.current = now;
    const isLatest = isFollowing.current && !thread.hasNewer;
    setAtEnd(isLatest);
    onEnd(isLatest);
    // Before it is where it begins, the first message seems to be near.
    if (isEnd || (hasScrolled.current && !isFollowing.current)) edges.near(now, left);
  }, [thread.hasNewer, onEnd, edges]);

  // Where it begins: at what is sought, at what is unread, or at the end.
  useLayoutEffect(() => {
    const unreadAt = rows.findIndex((row) => row.isNew);
    if (target) return;
    if (unreadAt >= 0) {
      isFollowing.current = false;
      list.current?.scrollToIndex(unreadAt, { align: "start", offset: -TOP_PX });
    } else toEnd();
  }, [generation, rows.length === 0]);

  // Whoever writes wants to see it, wherever they were.
  const lastPending = rows.at(-1)?.pending?.clientMessageId;
  const pendingBefore = useRef(lastPending);
  useLayoutEffect(() => {
    const isNew = lastPending !== undefined && lastPending !== pendingBefore.current;
    pendingBefore.current = lastPending;
    if (isNew || (isFollowing.current && !thread.hasNewer)) toEnd();
  }, [rows]);

  useLayoutEffect(() => {
    const at = target ? rows.findIndex((row) => row.message?.seq === target.seq) : -1;
    if (!target || at < 0) return;
    isFollowing.current = false;
    seek(target.seq);
    keys.move(at, "center");
  }, [target, generation, rows.length === 0]);

  useEffect(() => {
    const frame = requestAnimationFrame(look);
    return () => cancelAnimationFrame(frame);
  }, [rows, look]);

  const scrolled = useCallback(() => {
    hasScrolled.current = true;
    look();
  }, [look]);

  const resized = useCallback(() => {
    if (isFollowing.current && !thread.hasNewer) toEnd();
    look();
  }, [toEnd, look, thread.hasNewer]);

  function toLatest() {
    if (thread.hasNewer) props.onLatest();
    else {
      // Where it is still on its way to where it begins, that is over.
      list.current?.scrollTo(list.current.scrollSize);
      toEnd();
    }
    // The button is gone with it.
    if (!matchMedia("(pointer: coarse)").matches) document.getElementById("composer")?.focus();
  }

  const draw = useMemo(
    () => (row: Row) => (
      <MessageRow
        key={row.key}
        row={row}
        conversationId={conversationId}
        meId={props.meId}
        actions={props.actions}
        isCurrent={row.key === keys.currentKey}
        isSought={row.message !== undefined && row.message.seq === soughtSeq}
        today={props.today}
      />
    ),
    [conversationId, props.meId, props.actions, keys.currentKey, soughtSeq, props.today],
  );

  return (
    <div class="messages">
      <div
        class="messages__scroll"
        ref={scroller}
        role="log"
        aria-live="off"
        aria-label={t("conversation.messages", { name: props.name })}
        aria-busy={edges.isLoading}
        onKeyDown={keys.press}
        onFocusIn={keys.focused}
      >
        <div class="messages__push" />
        <div class="messages__top">
          <Top edges={edges} hasOlder={thread.hasOlder} name={props.name} />
        </div>
        <Virtualizer
          key={generation}
          ref={list}
          data={rows}
          shift={shift}
          startMargin={TOP_PX}
          scrollRef={scroller}
          keepMounted={keys.mounted}
          onScroll={scrolled}
          onResize={resized}
        >
          {draw}
        </Virtualizer>
      </div>
      {!isAtEnd && <ToLatest count={props.unread} onClick={toLatest} />}
    </div>
  );
}
