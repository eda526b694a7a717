/** Every text is there in every language, can be read, and is made of no other values. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type MessageFormatElement, parse, TYPE } from "@formatjs/icu-messageformat-parser";
import { expect, test } from "vitest";

const FOLDER = fileURLToPath(new URL("../src/text/", import.meta.url));
const areas = readdirSync(`${FOLDER}en`);
const languages = readdirSync(FOLDER, { withFileTypes: true }).filter((one) => one.isDirectory());

function textsOf(language: string, area: string): Record<string, string> {
  return JSON.parse(readFileSync(`${FOLDER}${language}/${area}`, "utf-8"));
}

/** The names of the values in it, those within plurals too. */
function valuesOf(elements: readonly MessageFormatElement[]): string[] {
  const names = elements.flatMap((one) => {
    if (one.type === TYPE.literal || one.type === TYPE.pound) return [];
    if (one.type === TYPE.tag) return valuesOf(one.children);
    const within = one.type === TYPE.select || one.type === TYPE.plural ? Object.values(one.options) : [];
    return [one.value, ...within.flatMap((option) => valuesOf(option.value))];
  });
  return [...new Set(names)].sort();
}

test.each(languages.map((one) => one.name))("%s says everything that English says", (language) => {
  expect(readdirSync(FOLDER + language)).toEqual(areas);
  for (const area of areas) {
    const english = textsOf("en", area);
    const texts = textsOf(language, area);
    expect(Object.keys(texts).sort(), area).toEqual(Object.keys(english).sort());
    for (const [key, text] of Object.entries(texts)) {
      expect(text.trim(), key).not.toBe("");
      expect(valuesOf(parse(english[key]!)), key).toEqual(expect.arrayContaining(valuesOf(parse(text))));
    }
  }
});

test("no key is of two areas", () => {
  const keys = areas.flatMap((area) => Object.keys(textsOf("en", area)));
  expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
});
