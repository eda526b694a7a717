/** Which parts of a text were found by which words: case, accents and width are all one, as for the server. */
import { fold, foldedPlaces } from "./folding.ts";

export interface Part {
  readonly text: string;
  readonly isFound: boolean;
}

/** Letters, digits, marks, and what joins letters without being seen. */
const RUN = /[\p{L}\p{N}\p{M}\p{Cf}]+/gu;
/** Scripts that put no spaces between words: found within. As the server tells them: Thai and Lao, Myanmar and Khmer, Kana, Han. */
const SPACELESS = [
  "\\u0e01-\\u0e3a\\u0e40-\\u0e4e\\u0e80-\\u0eff",
  "\\u1000-\\u109f\\ua9e0-\\ua9ff\\uaa60-\\uaa7f\\u1780-\\u17ff",
  "\\u3005-\\u3007\\u3041-\\u309f\\u30a1-\\u30fa\\u30fc-\\u30ff\\u31f0-\\u31ff\\uff66-\\uff9f",
  "\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{323af}",
].join("");
const PIECE = new RegExp(`([${SPACELESS}]+)|[^${SPACELESS}]+`, "gu");

export function wordsOf(q: string): string[] {
  return [...fold(q).matchAll(RUN)].flatMap(([run]) => [...run.matchAll(PIECE)].map(([piece]) => piece));
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
  for (const run of text.matchAll(RUN)) {
    for (const piece of run[0].matchAll(PIECE)) {
      const at = run.index + piece.index;
      const folded = fold(piece[0]);
      if (piece[1] !== undefined) yield* within(piece[0], words, at);
      else if (folded && (words.includes(folded) || (last && folded.startsWith(last))))
        yield [at, at + piece[0].length];
    }
  }
}

function* within(piece: string, words: readonly string[], at: number): Generator<[number, number]> {
  const { folded, places } = foldedPlaces(piece);
  const found = words
    .map((word) => [folded.indexOf(word), word.length] as const)
    .filter(([place, length]) => place >= 0 && length > 0)
    .sort(([one], [other]) => one - other);
  for (const [place, length] of found) yield [at + places[place]!, at + places[place + length]!];
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
