/** Names as they are compared: without case and accents, the way the server searches. */
const PLAIN: Record<string, string> = {
  "\u0131": "i",
  "\u00f8": "o",
  "\u0142": "l",
  "\u0111": "d",
  "\u00f0": "d",
  "\u00df": "ss",
  "\u00e6": "ae",
  "\u0153": "oe",
  "\u00fe": "th",
  "\u2019": "'",
  "\u2018": "'",
  "\u2013": "-",
  "\u2014": "-",
};
const OWN_LETTERS = new RegExp(`[${Object.keys(PLAIN).join("")}]`, "g");
const KEPT_MAX = 20_000;
const kept = new Map<string, string>();

export function fold(text: string): string {
  let folded = kept.get(text);
  if (folded === undefined) {
    folded = text
      .normalize("NFKD")
      .toLowerCase()
      .replace(/\p{M}/gu, "")
      .replace(OWN_LETTERS, (letter) => PLAIN[letter]!);
    if (kept.size >= KEPT_MAX) kept.clear();
    kept.set(text, folded);
  }
  return folded;
}

/** Whether every word of what was typed is somewhere in one of the names. */
export function finderOf(typed: string): (...names: (string | undefined)[]) => boolean {
  const words = fold(typed).split(/\s+/).filter(Boolean);
  if (words.length === 0) return () => true;
  return (...names) => {
    const folded = names.map((name) => (name ? fold(name) : ""));
    return words.every((word) => folded.some((name) => name.includes(word)));
  };
}
