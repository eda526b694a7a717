/** What the page says, in the language of the person: message files by language and area, in ICU syntax. */
import { IntlMessageFormat } from "intl-messageformat";
import type account from "./en/account.json";
import type admin from "./en/admin.json";
import type common from "./en/common.json";
import type conversation from "./en/conversation.json";
import type groups from "./en/groups.json";
import type header from "./en/header.json";
import type keys from "./en/keys.json";
import type list from "./en/list.json";
import type login from "./en/login.json";
import type messenger from "./en/messenger.json";
import type refusals from "./en/refusals.json";
import type search from "./en/search.json";
import type telling from "./en/telling.json";
import { signal } from "./signal.ts";

export type Key =
  | keyof typeof account
  | keyof typeof admin
  | keyof typeof common
  | keyof typeof conversation
  | keyof typeof groups
  | keyof typeof header
  | keyof typeof keys
  | keyof typeof list
  | keyof typeof login
  | keyof typeof messenger
  | keyof typeof refusals
  | keyof typeof search
  | keyof typeof telling;
export const LANGUAGES = { en: "English", it: "Italiano" } as const;
export type Language = keyof typeof LANGUAGES;
type Values = Record<string, string | number | Date>;

const KEPT_AS = "parley.language";
const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur"]);
let messages: Record<string, string> = {};
let locale = "en";
const formats = new Map<string, IntlMessageFormat>();

/** Changes with each change of the language: who shows text depends on it. */
export const language = signal<Language>("en");

/** The text of a key with its values; the key itself where there is none, so that nothing is ever blank. */
export function t(key: Key, values?: Values): string {
  let format = formats.get(key);
  if (!format) {
    format = new IntlMessageFormat(messages[key] ?? key, locale);
    formats.set(key, format);
  }
  return format.format(values) as string;
}

/** The person's own locale for times and numbers where it is of this language, e.g. en-GB. */
export function localeOf(wanted: Language): string {
  return navigator.languages.find((one) => one === wanted || one.startsWith(`${wanted}-`)) ?? wanted;
}

/** The chosen language, or the first of the browser's that there is. */
export function preferred(): Language {
  const wanted = [localStorage.getItem(KEPT_AS), ...navigator.languages].map((one) => one?.split("-")[0]);
  return (wanted.find((one) => one && one in LANGUAGES) as Language | undefined) ?? "en";
}

const languages = { en: () => import("./en.ts"), it: () => import("./it.ts") } satisfies Record<Language, unknown>;

export async function speak(wanted: Language, keep = false): Promise<void> {
  messages = (await languages[wanted]()).default;
  locale = localeOf(wanted);
  formats.clear();
  if (keep) localStorage.setItem(KEPT_AS, wanted);
  document.documentElement.lang = locale;
  document.documentElement.dir = RIGHT_TO_LEFT.has(wanted) ? "rtl" : "ltr";
  language.set(wanted);
}
