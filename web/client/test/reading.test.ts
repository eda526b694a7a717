/** What was read is told in due time, unless the marker was put back meanwhile. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Do } from "../src/doing/doing.ts";
import { Reading } from "../src/doing/reading.ts";
import type { Line } from "../src/feed/line.ts";
import type { Store } from "../src/store.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function reading() {
  const told: unknown[] = [];
  const store = {
    state: { conversations: new Map([["c_1", { last_seq: 9 }]]) },
    dispatch() {
      this.state = { ...this.state };
    },
    onInput() {},
  };
  const doing = {
    ask: async (_: string, request: { seq: number }) => {
      told.push(request.seq);
    },
  };
  const line = {} as Line;
  return { told, reading: new Reading(doing as unknown as Do, store as unknown as Store, () => line) };
}

test("the first is told at once, and the furthest of what comes soon after it", () => {
  const { told, reading: one } = reading();
  for (const seq of [2, 3, 5]) one.read("c_1", seq);
  expect(told).toEqual([2]);
  vi.advanceTimersByTime(600);
  expect(told).toEqual([2, 5]);
});

test("what is put back to unread is not told as read later", () => {
  const { told, reading: one } = reading();
  one.read("c_1", 2);
  one.read("c_1", 3);
  one.forget("c_1");
  vi.advanceTimersByTime(600);
  expect(told).toEqual([2]);
});
