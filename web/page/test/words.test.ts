import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fold } from "../src/views/messenger/search/folding.ts";
import { excerptOf, partsOf, wordsOf } from "../src/views/messenger/search/words.ts";

/** Of scripts that fold, widen, join and stand alone, and of what is half a sign. */
const written = fc.string({
  unit: fc.constantFrom("a", "b", "É", "e\u0301", "ß", "ﬁ", "ｆ", "明", "日", "ก", " ", ".", "🙂", "\ud83d"),
});

const found = (text: string, q: string) => partsOf(text, wordsOf(q)).flatMap((part) => (part.isFound ? part.text : []));

describe("what was found is marked", () => {
  test.each([
    ["The QUEUE is long", "queue lo", ["QUEUE", "long"]],
    ["Perché non così?", "perche cosi", ["Perché", "così"]],
    ["queues and queue", "queue and", ["and", "queue"]],
    ["ｆｕｌｌ width", "full", ["ｆｕｌｌ"]],
    ["会議は明日です", "明日", ["明日"]],
    ["nothing here", "queue", []],
    ["a (queue)!", "(queue)!", ["queue"]],
    ["Die Straße ist zu", "strasse", ["Straße"]],
    ["die STRASSE", "straße", ["STRASSE"]],
    ["smørrebrød og øl", "smorrebrod ol", ["smørrebrød", "øl"]],
    ["z Łodzi do Gdańska", "lodzi gdanska", ["Łodzi", "Gdańska"]],
    ["Þór æðir, cœur", "thor aedir coeur", ["Þór", "æðir", "cœur"]],
    ["Ankara'da ılık", "ilik", ["ılık"]],
    ["ΟΔΟΣ και οδός", "οδος", ["ΟΔΟΣ", "οδός"]],
    ["room ٤٢ or 42", "42", ["٤٢", "42"]],
    ["snake_case", "case", ["case"]],
    ["שָׁלוֹם לך", "שלום", ["שָׁלוֹם"]],
    ["co\u00adoperate", "cooperate", ["co\u00adoperate"]],
    ["ｶﾞｽの栓", "ガス", ["ｶﾞｽ"]],
    ["abc会議xyz", "会議", ["会議"]],
    ["かき かぎ", "かき", ["かき"]],
  ])("%s, sought by %s", (text, q, expected) => {
    expect(found(text, q)).toEqual(expected);
  });

  test("folding what is folded changes nothing", () => {
    fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => fold(fold(text)) === fold(text)));
  });

  test("a long text is cut to what is around it", () => {
    const text = `${"before ".repeat(200)}needle ${"after ".repeat(200)}`;
    const shown = excerptOf(partsOf(text, ["needle"]));
    expect(shown.some((part) => part.isFound && part.text === "needle")).toBe(true);
    const said = shown.map((part) => part.text).join("");
    expect(said.length).toBeLessThan(250);
    expect(said).toMatch(/^….*…$/s);
  });

  test("whatever is sought in whatever, the parts are the text", () => {
    fc.assert(
      fc.property(written, written, (text, q) => {
        expect(
          partsOf(text, wordsOf(q))
            .map((part) => part.text)
            .join(""),
        ).toBe(text);
      }),
    );
  });
});
