import { language, localeOf } from "./index.ts";

/** As the person's locale writes it, e.g. 2,000. */
export function number(value: number): string {
  return new Intl.NumberFormat(localeOf(language.get())).format(value);
}
