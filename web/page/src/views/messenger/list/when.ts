/** When something was said, as short as a row has room for: the time, yesterday, the day of this week, the date. */
import { language, localeOf, t } from "../../../text/index.ts";

const DAY_MS = 86_400_000;
const OPTIONS = {
  time: { timeStyle: "short" },
  day: { weekday: "short" },
  date: { day: "numeric", month: "short" },
  year: { day: "2-digit", month: "2-digit", year: "2-digit" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;
const formats = new Map<keyof typeof OPTIONS, Intl.DateTimeFormat>();
language.subscribe(() => formats.clear());

function say(how: keyof typeof OPTIONS, at: Date): string {
  let format = formats.get(how);
  if (!format) {
    format = new Intl.DateTimeFormat(localeOf(language.get()), OPTIONS[how]);
    formats.set(how, format);
  }
  return format.format(at);
}

export const timeOf = (at: Date): string => say("time", at);

export function whenOf(sentAt: string, now = new Date()): string {
  const at = new Date(sentAt);
  const days = Math.round((startOf(now) - startOf(at)) / DAY_MS);
  if (days <= 0) return say("time", at);
  if (days === 1) return t("row.yesterday");
  if (days < 7) return say("day", at);
  return say(at.getFullYear() === now.getFullYear() ? "date" : "year", at);
}

function startOf(day: Date): number {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
}
