/** What services say of fields and lines is told in the language of the person: which text, with which values. */
import { expect, test, vi } from "vitest";
import { faultText } from "../src/text/fault.ts";

vi.mock("../src/text/index.ts", () => ({
  t: (key: string, values: object) => [key, ...Object.values(values)].join(" "),
}));

test.each([
  ["This login is taken.", "fault.taken"],
  ["1 to 64 of A-Z a-z 0-9 . _ @ -, a letter or digit first.", "fault.login_form"],
  ["1 to 100 characters.", "fault.length 100"],
  ["Not an address.", "fault.email"],
  ["This password was set for you: change it, then log in with your own.", "fault.set_for_you"],
  ["Your password is older than 1 day: change it, then log in.", "fault.too_old 1"],
  [
    "No seat is free: the licence has 5 seats, and 5 are taken. Write to ops@example.org.",
    "fault.seats 5 5 ops@example.org",
  ],
  ["Column 4 is none of login, name, role, email, password.", "fault.column_unknown 4"],
  ["3 cells where the header has 4.", "fault.cells 3 4"],
  ["Something follows a closing quote. Lines 3 to 5.", "fault.quote_after"],
  ["This login is taken by somebody with another name and role.", "fault.login_other"],
  ["At least one of ~!@#$%^&-_=+[{]}.", "rule.special ~!@#$%^&-_=+[{]}"],
  ["None of the latest 3 passwords.", "rule.history 3"],
])("%s", (said, told) => {
  expect(faultText(said)).toBe(told);
});

test("what is not known is left as it was said", () => {
  expect(faultText("The moon is full.")).toBeUndefined();
});
