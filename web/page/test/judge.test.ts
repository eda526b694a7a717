/** The rules of a password, as they tick while it is typed. */
import type { PasswordPolicy } from "parley-client";
import { expect, test } from "vitest";
import { judge } from "../src/views/account/judge.ts";

const policy: PasswordPolicy = {
  enabled: true,
  rules: [
    { code: "min_length", message: "At least 8 characters.", pattern: "^[\\s\\S]{8,}" },
    { code: "special", message: "At least one of ~!@#$%^&-_=+[{]}.", pattern: "[~!@#$%^&\\-_=+\\[\\{\\]\\}]" },
    { code: "max_bytes", message: "At most 72 bytes." },
    { code: "different", message: "Not the current password." },
  ],
  max_age_days: 90,
  warn_days: 15,
  history: 1,
  reset_available: false,
};

const met = (password: string, told?: string[]) => judge(policy, password, told).map((one) => one.met);

test.each([
  ["", ["unmet", "unmet", "unknown", "unknown"]],
  ["seven77", ["unmet", "unmet", "met", "unknown"]],
  ["eight-88", ["met", "met", "met", "unknown"]],
  ["two\nlines", ["met", "unmet", "met", "unknown"]],
  // seven signs, of two code units each: Python counts them as JavaScript does with the flag u
  ["😀".repeat(7), ["unmet", "unmet", "met", "unknown"]],
  ["é".repeat(36), ["met", "unmet", "met", "unknown"]],
  ["é".repeat(37), ["met", "unmet", "unmet", "unknown"]],
])("%j", (password, expected) => {
  expect(met(password)).toEqual(expected);
});

test("what only the server can tell is unmet once it says so", () => {
  expect(met("eight-88", ["Not the current password."])).toEqual(["met", "met", "met", "unmet"]);
});
