/** How rows follow from those shown before: grown or cut at the start, or other ones altogether. */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Row } from "./items.ts";

export interface Chain {
  /** Rows came or went at the start: what is on the screen stays where it is. */
  readonly shift: boolean;
  /** One more whenever nothing of what was shown is there any more. */
  readonly generation: number;
}

export function useChain(rows: readonly Row[]): Chain {
  const before = useRef<readonly Row[]>(rows);
  const generation = useRef(0);
  const shift = isShifted(before.current, rows);
  if (before.current.length > 0 && rows.length > 0 && !shift && before.current[0]?.key !== rows[0]?.key) {
    generation.current += 1;
  }
  useLayoutEffect(() => {
    before.current = rows;
  });
  return { shift, generation: generation.current };
}

function isShifted(before: readonly Row[], rows: readonly Row[]): boolean {
  const was = before[0]?.key;
  const is = rows[0]?.key;
  if (was === undefined || is === undefined || was === is) return false;
  return rows.some((row) => row.key === was) || before.some((row) => row.key === is);
}
