/** How somebody is, in words: what they chose, their note, and when they were here last. */
import type { Person } from "parley-client";
import { t } from "../../../text/index.ts";
import { isBot, statusOf } from "../naming.ts";
import { momentOf } from "./times.ts";

export function presenceText(person: Person | undefined): string {
  if (!person) return "";
  if (person.user.disabled) return t("presence.disabled");
  if (isBot(person)) return t("presence.bot");
  const status = statusOf(person);
  const { note, status_until: until, last_seen_at: seen = person.user.last_seen_at } = person.presence ?? {};
  const isBusy = status === "do_not_disturb" && until;
  const said =
    status === "offline" && seen
      ? t("presence.last_seen", { time: momentOf(seen) })
      : isBusy
        ? t("presence.until", { status: t(`status.${status}`), time: momentOf(until) })
        : t(`status.${status}`);
  return note ? t("presence.with_note", { status: said, note }) : said;
}
