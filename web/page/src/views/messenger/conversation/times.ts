/** Times and days as the person's locale says them. */
import { language, localeOf, t } from "../../../text/index.ts";

type Name = "time" | "whole" | "day" | "dayOfYear" | "date";
const OPTIONS: Record<Name, Intl.DateTimeFormatOptions> = {
  time: { timeStyle: "short" },
  whole: { dateStyle: "full", timeStyle: "short" },
  day: { weekday: "long", day: "numeric", month: "long" },
  dayOfYear: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
  date: { day: "numeric", month: "short", year: "numeric" },
};
const formats = new Map<string, Intl.DateTimeFormat>();
language.subscribe(() => formats.clear());

function say(name: Name, at: Date): string {
  let format = formats.get(name);
  if (!format) {
    format = new Intl.DateTimeFormat(localeOf(language.get()), OPTIONS[name]);
    formats.set(name, format);
  }
  return format.format(at);
}

export const timeOf = (at: string | number): string => say("time", new Date(at));
export const wholeOf = (at: string | number): string => say("whole", new Date(at));

/** A number that is the same for all times of one day here. */
export function dayOf(at: string | number): number {
  const date = new Date(at);
  return date.getFullYear() * 10_000 + date.getMonth() * 100 + date.getDate();
}

/** Today, Yesterday, else the date, with its year where that is another. */
export function dayLine(at: string | number, now = Date.now()): string {
  const day = dayOf(at);
  if (day === dayOf(now)) return t("conversation.today");
  if (day === dayOf(yesterdayOf(now))) return t("conversation.yesterday");
  const date = new Date(at);
  return say(date.getFullYear() === new Date(now).getFullYear() ? "day" : "dayOfYear", date);
}

/** Short, for where somebody was seen last, or when something was found. */
export function momentOf(at: string | number, now = Date.now()): string {
  const day = dayOf(at);
  if (day === dayOf(now)) return timeOf(at);
  if (day === dayOf(yesterdayOf(now))) return t("conversation.yesterday_at", { time: timeOf(at) });
  return say("date", new Date(at));
}

function yesterdayOf(now: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - 1).getTime();
}
