/** Which parts of a text were found by which words: case, accents and width are all one, as for the server. */
export interface Part {
  readonly text: string;
  readonly isFound: boolean;
}

const WORD = /[\p{L}\p{N}\p{M}]+/gu;
/** Scripts that put no spaces between words: found within. */
const SPACELESS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const ACCENTS = /[\u0300-\u036f]/gu;

export function fold(text: string): string {
  return text.normalize("NFKD").toLowerCase().replace(ACCENTS, "");
}

export function wordsOf(q: string): string[] {
  return [...fold(q).matchAll(WORD)].map((match) => match[0]);
}

/** The whole text in order, cut where what is found begins and ends. All words but the last are found whole. */
export function partsOf(text: string, words: readonly string[]): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const [start, end] of places(text, words)) {
    if (start < from) continue;
    if (start > from) parts.push({ text: text.slice(from, start), isFound: false });
    parts.push({ text: text.slice(start, end), isFound: true });
    from = end;
  }
  if (from < text.length) parts.push({ text: text.slice(from), isFound: false });
  return parts;
}

function* places(text: string, words: readonly string[]): Generator<[number, number]> {
  const last = words.at(-1) ?? "";
  for (const match of text.matchAll(WORD)) {
    const word = match[0];
    const folded = fold(word);
    if (SPACELESS.test(word)) yield* within(word, words, match.index);
    else if (words.includes(folded) || (last && folded.startsWith(last))) {
      yield [match.index, match.index + word.length];
    }
  }
}

function* within(run: string, words: readonly string[], at: number): Generator<[number, number]> {
  const found = words
    .map((word) => [run.indexOf(word), word.length] as const)
    .filter(([place]) => place >= 0)
    .sort(([one], [other]) => one - other);
  for (const [place, length] of found) yield [at + place, at + place + length];
}

/** Of a long text the lines around what is found first. */
export function excerptOf(parts: readonly Part[], charsMax = 240): Part[] {
  const first = parts.findIndex((part) => part.isFound);
  const before = parts.slice(0, Math.max(first, 0)).reduce((sum, part) => sum + part.text.length, 0);
  const cut = before > charsMax / 2 ? before - charsMax / 3 : 0;
  const shown: Part[] = [];
  let at = 0;
  let left = charsMax;
  for (const part of parts) {
    const text = part.text.slice(Math.max(0, Math.ceil(cut) - at)).slice(0, left);
    at += part.text.length;
    if (text === "") continue;
    left -= text.length;
    shown.push({ ...part, text });
  }
  if (cut > 0 && shown[0]) shown[0] = { ...shown[0], text: `…${shown[0].text}` };
  if (at > cut + charsMax) shown.push({ text: "…", isFound: false });
  return shown;
}
