/** The keyboard in the list: one row has Tab's stop; arrows, Home, End and page keys move it; Enter is the link's own. */
import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { VirtualizerHandle } from "virtua";

const PAGE_ROWS = 10;

export interface GridKeys {
  readonly index: number;
  setCurrent(row: string): void;
  /** From the search: to the first row. */
  enter(): void;
  press(event: KeyboardEvent): void;
  follow(event: FocusEvent): void;
}

export function useGridKeys(
  grid: RefObject<HTMLDivElement | null>,
  list: RefObject<VirtualizerHandle | null>,
  rows: readonly string[],
  chosen: string,
  onMenu: (row: string, at: { x: number; y: number }) => void,
): GridKeys {
  const [current, setCurrent] = useState<string>(chosen);
  const wantsFocus = useRef(false);
  const index = Math.max(0, rows.indexOf(current));

  useEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    inRow(rows[index], "a")?.focus({ preventScroll: true });
  });

  function inRow(row: string | undefined, what: string): HTMLElement | undefined {
    if (!row) return undefined;
    return grid.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(row)}"] ${what}`) ?? undefined;
  }

  function go(to: number) {
    const row = rows[Math.min(Math.max(to, 0), rows.length - 1)];
    if (!row) return;
    list.current?.scrollToIndex(rows.indexOf(row), { align: "nearest" });
    if (row === rows[index]) return inRow(row, "a")?.focus({ preventScroll: true });
    wantsFocus.current = true;
    setCurrent(row);
  }

  function press(event: KeyboardEvent) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const row = rows[index];
    const isOnButton = event.target instanceof HTMLButtonElement;
    const [ahead, behind] =
      document.documentElement.dir === "rtl" ? ["ArrowLeft", "ArrowRight"] : ["ArrowRight", "ArrowLeft"];
    const steps: Record<string, () => void> = {
      ArrowDown: () => go(index + 1),
      ArrowUp: () => go(index - 1),
      PageDown: () => go(index + PAGE_ROWS),
      PageUp: () => go(index - PAGE_ROWS),
      Home: () => go(0),
      End: () => go(rows.length - 1),
      [ahead!]: () => inRow(row, "button")?.focus(),
      [behind!]: () => inRow(row, "a")?.focus(),
    };
    const step = steps[event.key];
    if (step) step();
    else if (row && !isOnButton && isMenuKey(event)) {
      const place = inRow(row, "a")?.getBoundingClientRect();
      if (!row.startsWith("/c/") || !place) return;
      onMenu(row, { x: place.left + place.width / 2, y: place.top + place.height / 2 });
    } else return;
    event.preventDefault();
  }

  function follow(event: FocusEvent) {
    const row = (event.target as HTMLElement).closest<HTMLElement>("[data-row]")?.dataset.row;
    if (row) setCurrent(row);
  }

  return { index, setCurrent, enter: () => go(0), press, follow };
}

function isMenuKey(event: KeyboardEvent): boolean {
  return event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey);
}
