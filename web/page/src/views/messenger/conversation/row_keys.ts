/** The keyboard among messages: one of them has the focus, arrows move it, letters do something with it. */
import type { RefObject } from "preact";
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { VirtualizerHandle } from "virtua";
import { useKey } from "../../../keys/use.ts";
import type { Actions } from "./actions.ts";
import type { Row } from "./items.ts";
import { rightsNow } from "./toolbar.tsx";

const FRAMES_MAX = 10;

export function useRowKeys(
  rows: readonly Row[],
  list: RefObject<VirtualizerHandle | null>,
  scroller: RefObject<HTMLElement | null>,
  actions: Actions,
) {
  const [chosenKey, choose] = useState<string>();
  const [, draw] = useState(0);
  const moving = useRef<"nearest" | "center">(undefined);
  const found = chosenKey === undefined ? -1 : rows.findIndex((row) => row.key === chosenKey);
  const at = found < 0 ? rows.length - 1 : found;
  const current = rows[at];

  useLayoutEffect(() => {
    if (!moving.current || !current) return;
    list.current?.scrollToIndex(at, { align: moving.current });
    moving.current = undefined;
    focusRow(scroller, current.key, FRAMES_MAX);
  });

  function move(to: number, align: "nearest" | "center" = "nearest") {
    const next = rows[Math.max(0, Math.min(to, rows.length - 1))];
    if (!next) return;
    moving.current = align;
    choose(next.key);
    draw((count) => count + 1);
  }

  useKey("toMessages", () => move(at));

  function press(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to !== undefined) move(to);
    else if (event.key === "Escape") document.getElementById("composer")?.focus();
    else if (!current?.message || !does(event.key, current, actions)) return;
    event.preventDefault();
  }

  const focused = useCallback((event: FocusEvent) => {
    const key = (event.target as HTMLElement).closest<HTMLElement>("[data-key]")?.dataset.key;
    if (key) choose(key);
  }, []);
  // What has the focus stays there, also when it is scrolled away.
  const mounted = useMemo(() => (found < 0 ? [] : [found]), [found]);
  return { currentKey: current?.key, mounted, press, focused, move };
}

function does(key: string, { message }: Row, actions: Actions): boolean {
  if (!message) return false;
  const may = rightsNow(message);
  if (key === "r" && may.reply) actions.reply(message);
  else if (key === "e" && may.edit) actions.edit(message);
  else if (key === "c" && may.copy) actions.copy(message);
  else if ((key === "Delete" || key === "Backspace") && may.remove) actions.remove(message);
  else if (key === "u") actions.unreadFrom(message);
  else return false;
  return true;
}

/** A row that was not on the screen yet takes the focus once its place is known. */
function focusRow(scroller: RefObject<HTMLElement | null>, key: string, frames: number): void {
  const article = scroller.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  article?.focus({ preventScroll: true });
  if (frames > 0 && document.activeElement !== article) {
    requestAnimationFrame(() => focusRow(scroller, key, frames - 1));
  }
}
