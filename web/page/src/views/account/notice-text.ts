/** A notice in the language of the person; what is not known here as it was said. */
import type { Notice } from "parley-client";
import { t } from "../../text/index.ts";

/** What is named in the sentence itself. */
const NAMED: readonly RegExp[] = [
  /^You were added to the group (?<name>.+)\.$/s,
  /^The connection of (?<name>.+) is lost since/s,
  /^(?<name>.+) is connected again\.$/s,
];

/** What a notice of a place calls it. */
export function placeNamed({ message }: Notice): string | undefined {
  return NAMED.map((sentence) => sentence.exec(message)?.groups?.name).find(Boolean);
}

export function noticeText(notice: Notice, nameOf: (userId: string) => string | undefined): string {
  const { code, message, days_left: days = 0, contact = "", count = 1, user_ids = [] } = notice;
  const named = placeNamed(notice);
  const name = nameOf(user_ids[0] ?? "") ?? named ?? t("notice.somebody");
  switch (code) {
    case "password_expiring":
      return t("notice.password_expiring", { days });
    case "license_expiring":
      return t("notice.license_expiring", { days, contact });
    case "license_expired":
      return t("notice.license_expired", { contact });
    case "license_invalid":
      return t("notice.license_invalid");
    case "connection_lost":
      return t("notice.connection_lost", { count, name });
    case "connection_restored":
      return t("notice.connection_restored", { count, name });
    case "added_to_group":
      return named ? t("notice.added_to_group", { name: named }) : message;
    case "session_ended":
    case "session_key_reused":
    case "password_set":
    case "password_reset":
      return t(`notice.${code}`);
    default:
      return message;
  }
}
