/** Moments of the server as the person's locale writes them. */
import { language, localeOf } from "./index.ts";

const formats = new Map<string, Intl.DateTimeFormat>();

function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const locale = localeOf(language.get());
  const key = `${locale} ${JSON.stringify(options)}`;
  let made = formats.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(locale, options);
    formats.set(key, made);
  }
  return made;
}

/** E.g. 5 Jan 2026, 08:30. */
export function moment(at: string): string {
  return format({ dateStyle: "medium", timeStyle: "short" }).format(new Date(at));
}

/** To the second. */
export function instant(at: string): string {
  return format({ dateStyle: "medium", timeStyle: "medium" }).format(new Date(at));
}

/** E.g. 5 January 2026. */
export function date(at: string): string {
  return format({ dateStyle: "long" }).format(new Date(at));
}
