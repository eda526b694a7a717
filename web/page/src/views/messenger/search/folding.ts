/** Texts as they are compared: without case, accents and width, as the server's index of messages has them. */

/** Letters that Unicode takes for letters of their own, as they are typed where the keyboard has none. */
const PLAIN: Readonly<Record<string, string>> = {
  "\u0131": "i",
  "\u0269": "i",
  "\u00f8": "o",
  "\u0142": "l",
  "\u0111": "d",
  "\u00f0": "d",
  "\u0127": "h",
  "\u0167": "t",
  "\u00e6": "ae",
  "\u0153": "oe",
  "\u00fe": "th",
  "\u014b": "n",
  "\u0138": "k",
  "\u0259": "e",
  _: " ",
};
const OWN_LETTERS = new RegExp(`[${Object.keys(PLAIN).join("")}]`, "gu");
/** Written above, below and through letters, and the vowels of scripts that leave them out; not what voices Kana. */
const ACCENTS =
  /(?!\u3099|\u309a)(?=[\p{Script=Inherited}\p{Script=Cyrillic}\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}])\p{Mn}/gu;
/** Joins and splits without being seen; and the stroke that stretches Arabic. */
const UNSEEN = /[\p{Cf}\u0640]/gu;
const DIGIT = /\p{Nd}/gu;

/** Folding what is folded changes nothing. */
export function fold(text: string): string {
  const plain = caseless(caseless(text.normalize("NFKD")).normalize("NFKD"));
  return plain
    .replace(UNSEEN, "")
    .replace(OWN_LETTERS, (letter) => PLAIN[letter]!)
    .replace(ACCENTS, "")
    .replace(DIGIT, digitOf)
    .normalize("NFKC");
}

/** With the place in the text of each unit of what is folded, and of its end. */
export function foldedPlaces(text: string): { folded: string; places: readonly number[] } {
  let folded = "";
  const places: number[] = [];
  for (const { 0: letter, index } of text.matchAll(/.[\p{M}\uff9e\uff9f]*/gsu)) {
    const each = fold(letter);
    places.push(...Array.from({ length: each.length }, () => index));
    folded += each;
  }
  return { folded, places: [...places, text.length] };
}

/** Letter by letter, so that none depends on what stands beside it. */
function caseless(text: string): string {
  return [...text].map((letter) => letter.toLowerCase().toUpperCase().toLowerCase()).join("");
}

/** Digits of one script stand side by side, nought first. */
function digitOf(digit: string): string {
  const code = digit.codePointAt(0)!;
  let nought = code;
  while (code - nought < 9 && /\p{Nd}/u.test(String.fromCodePoint(nought - 1))) nought -= 1;
  return String(code - nought);
}
