/** Notices in the language of the person: what expires, and who it is about, also where they are not known here. */
import type { Notice } from "parley-client";
import { expect, test, vi } from "vitest";
import { noticeText } from "../src/views/account/notice-text.ts";

vi.mock("../src/text/index.ts", () => ({
  t: (key: string, values: object = {}) => [key, ...Object.values(values)].join(" "),
}));

const notice = (code: string, message: string, more: Partial<Notice> = {}): Notice => ({
  code,
  severity: "warning",
  message,
  ...more,
});
const nameOf = (userId: string) => (userId === "u_Ada1" ? "Ada" : undefined);

test.each([
  [notice("password_expiring", "Your password expires in 3 days: change it before.", { days_left: 3 }), " 3"],
  [notice("license_expiring", "…", { days_left: 18, contact: "ops@example.org" }), " 18 ops@example.org"],
  [notice("license_expired", "…", { days_left: -2, contact: "ops@example.org" }), " ops@example.org"],
  [notice("added_to_group", "You were added to the group Night. Shift."), " Night. Shift"],
  [
    notice("connection_lost", "The connection of Ida is lost since 08:30 UTC.", { user_ids: ["u_Ada1"], count: 1 }),
    " 1 Ada",
  ],
  [
    notice("connection_lost", "The connection of Ida is lost since 08:30 UTC.", { user_ids: ["u_Ida1"], count: 1 }),
    " 1 Ida",
  ],
  [
    notice("connection_restored", "3 people are connected again.", { user_ids: ["u_Ida1"], count: 3 }),
    " 3 notice.somebody",
  ],
])("%j", (told, values) => {
  expect(noticeText(told, nameOf)).toBe(`notice.${told.code}${values}`);
});

test("what is not known here is shown as it was said", () => {
  expect(noticeText(notice("new_kind", "Something new."), nameOf)).toBe("Something new.");
  expect(noticeText(notice("added_to_group", "You were added to a group."), nameOf)).toBe("You were added to a group.");
});
