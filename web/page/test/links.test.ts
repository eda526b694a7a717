import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hrefOf, piecesOf } from "../src/views/messenger/conversation/links.ts";

const links = (text: string) => piecesOf(text).flatMap(({ href }) => href ?? []);

describe("links in a text", () => {
  test.each([
    ["see https://a.example/x.", ["https://a.example/x"]],
    ["(https://a.example/x_(y)), or", ["https://a.example/x_(y)"]],
    ["HTTPS://A.example?q=1&r=[2]!", ["https://a.example/?q=1&r=[2]"]],
    ["http://a.example, http://b.example/…", ["http://a.example/", "http://b.example/"]],
    ["mailto:ada@example.org.", ["mailto:ada@example.org"]],
    ["«https://例え.example/道»", ["https://xn--r8jz45g.example/%E9%81%93"]],
  ])("%s", (text, expected) => {
    expect(links(text)).toEqual(expected);
  });

  test.each([
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "https://",
    "xhttps://a.example",
    "https://bank.example@evil.example/",
    "https://user:secret@a.example/",
    "mailto:nobody",
    "file:///etc/passwd",
  ])("none in %s", (text) => {
    expect(links(text)).toEqual([]);
  });

  test("an address ends where the reading is turned", () => {
    expect(links("https://a.example/\u202Egnp.exe")).toEqual(["https://a.example/"]);
  });

  test("whatever is written, nothing of it is lost, and only addresses of the web and of mail are led to", () => {
    const part = fc.constantFrom(
      "https://",
      "mailto:",
      "javascript:",
      "@",
      "a.example",
      "(",
      ")",
      ".",
      " ",
      "\u202e",
      "é",
    );
    const text = fc.array(fc.oneof(part, fc.string())).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (written) => {
        const pieces = piecesOf(written);
        expect(pieces.map((piece) => piece.text).join("")).toBe(written);
        for (const { href } of pieces) if (href) expect(href).toMatch(/^(https?:\/\/[^@/]+(\/|$)|mailto:[^/]+@)/);
      }),
    );
  });

  test("what is no address leads nowhere", () => {
    expect(hrefOf("not an address")).toBeUndefined();
  });
});
