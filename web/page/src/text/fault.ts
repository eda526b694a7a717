/** Sentences that the server says of a field, a line or an ask, told in the language of the person. */
import { type Key, t } from "./index.ts";

/** As services say them, numbers and names as groups. What is not here is shown as it was said. */
const SAID: readonly (readonly [RegExp, Key])[] = [
  [/^(?:This login is taken|Taken)\.$/, "fault.taken"],
  [/^1 to 64 of A-Z/, "fault.login_form"],
  [/^1 to (?<max>\d+) characters\.$/, "fault.length"],
  [/^At least one character that can be seen\.$/, "fault.unseen"],
  [/^No control characters, /, "fault.controls"],
  [/^Not an address\.$/, "fault.email"],
  [/^agent, user or admin\.$/, "fault.role"],
  [/^You may not (?:give this role|create people of this role)\.$/, "fault.role_forbidden"],
  [/^You may not manage this person\.$/, "fault.not_managed"],
  [/^Nobody disables themselves/, "fault.myself"],
  [/^This is the last administrator/, "fault.last_admin"],
  [/^Change your own password with the current one/, "fault.own_password"],
  [/^This password was set for you/, "fault.set_for_you"],
  [/^Your password is older than (?<days>\d+) days?/, "fault.too_old"],
  [/^Too many attempts with this login:/, "fault.attempts"],
  [/^Too many attempts at once/, "fault.crowd"],
  [/has (?<seats>\d+) seats, and (?<taken>\d+) are taken\. Write to (?<contact>.*)\.$/, "fault.seats"],
  [/^The licence file is not valid: until it is/, "fault.license"],
  [/^(?:The file is empty|Empty)\.$/, "fault.empty"],
  [/^(?:The file is not UTF-8 text|Save it as CSV in UTF-8)\.$/, "fault.not_utf8"],
  [/^There is no header line\.$/, "fault.no_header"],
  [/^Column (?<column>\d+) is none of /, "fault.column_unknown"],
  [/^This column is missing\.$/, "fault.column_missing"],
  [/^This column is there twice\.$/, "fault.column_twice"],
  [/^Ask for passwords to be imported/, "fault.column_password"],
  [/^This login is in line (?<line>\d+) already\.$/, "fault.login_twice"],
  [/^This login is taken by somebody with another /, "fault.login_other"],
  [/^(?<cells>\d+) cells where the header has (?<header>\d+)\.$/, "fault.cells"],
  [/^Something follows a closing quote\./, "fault.quote_after"],
  [/^A quote is opened and never closed/, "fault.quote_open"],
  [/^As line (?<line>\d+)\.$/, "fault.as_line"],
  [/^A file of people has at most (?<max>\d+) bytes\.$/, "fault.file_bytes"],
  [/^At most (?<max>\d+) people in one file\.$/, "fault.file_people"],
  [/^At most (?<max>\d+) lines in one file\.$/, "fault.file_lines"],
  [/^At least (?<min>\d+) characters\.$/, "rule.min_length"],
  [/^At least one lowercase letter/, "rule.lowercase"],
  [/^At least one uppercase letter/, "rule.uppercase"],
  [/^At least one digit\.$/, "rule.digit"],
  [/^At least one of (?<set>\S+)\.$/, "rule.special"],
  [/^At most (?<max>\d+) bytes\.$/, "rule.max_bytes"],
  [/^Not the current password\.$/, "rule.different"],
  [/^None of the latest (?<count>\d+) passwords\.$/, "rule.history"],
  [/^Not with a NUL in it\.$/, "rule.nul"],
  [/^Not all of these people exist\.$/, "fault.group_unknown"],
  [/^At most (?<max>\d+) people\.$/, "fault.group_people"],
  [/^Somebody belongs to (?<max>\d+) conversations already/, "fault.group_full"],
  [/^Groups are made and changed by users/, "fault.group_forbidden"],
];

export function faultText(said: string): string | undefined {
  for (const [pattern, key] of SAID) {
    const found = pattern.exec(said);
    if (found) return t(key, numbers(found.groups));
  }
  return undefined;
}

function numbers(groups: Record<string, string> = {}): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(groups).map(([name, text]) => [name, /^\d+$/.test(text) ? Number(text) : text]),
  );
}
