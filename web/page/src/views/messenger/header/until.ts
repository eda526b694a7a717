/** Until when something of one's status lasts. */
import { type Key, t } from "../../../text/index.ts";

const MINUTE_MS = 60_000;

export type Until = "never" | "half_hour" | "hour" | "four_hours" | "today" | "tomorrow";

export function untilOptions(never: Key): readonly { id: Until; label: string }[] {
  const timed = (["half_hour", "hour", "four_hours", "today", "tomorrow"] as const).map((id) => ({
    id,
    label: t(`until.${id}`),
  }));
  return [{ id: "never", label: t(never) }, ...timed];
}

export function timeOfUntil(until: Until, now = new Date()): Date | undefined {
  const inMinutes = (count: number) => new Date(now.getTime() + count * MINUTE_MS);
  const onDay = (days: number, hour: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour);
  switch (until) {
    case "never":
      return undefined;
    case "half_hour":
      return inMinutes(30);
    case "hour":
      return inMinutes(60);
    case "four_hours":
      return inMinutes(240);
    case "today":
      return onDay(1, 0);
    case "tomorrow":
      return onDay(1, 9);
  }
}
