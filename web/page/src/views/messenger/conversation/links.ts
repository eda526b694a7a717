/** Where a text has links: whole addresses of the web and of mail, and nothing that only looks like one. */
export interface Piece {
  readonly text: string;
  readonly href?: string;
}

/** An address ends at what it cannot have unescaped: spaces, quotes, and signs that are not seen or turn the reading. */
const CANDIDATE = /(?<![\p{L}\p{N}])(?:https?:\/\/|mailto:)[^\s<>"'`\p{C}]+/giu;
/** What ends a sentence ends no address; a bracket does only where it was opened inside. */
const SENTENCE_END = /[.,;:!?…»”’*_~]$/u;
const BRACKETS: Record<string, string> = { ")": "(", "]": "[", "}": "{" };
const MAIL = /^[^\s@/?]+@[^\s@/?]+$/;

export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const link = trimmed(match[0]);
    const href = hrefOf(link);
    if (!href) continue;
    if (match.index > from) pieces.push({ text: text.slice(from, match.index) });
    pieces.push({ text: link, href });
    from = match.index + link.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}

/** The address as the browser understands it; undefined where it is none, or hides where it leads behind a name. */
export function hrefOf(link: string): string | undefined {
  let url: URL;
  try {
    url = new URL(link);
  } catch {
    return undefined;
  }
  if (url.protocol === "mailto:") return MAIL.test(decoded(url.pathname)) ? url.href : undefined;
  const isWeb = url.protocol === "https:" || url.protocol === "http:";
  return isWeb && url.hostname && !url.username && !url.password ? url.href : undefined;
}

function trimmed(link: string): string {
  for (;;) {
    const last = link.at(-1) ?? "";
    const opening = BRACKETS[last];
    const isOpen = opening && count(link, opening) >= count(link, last);
    if (!SENTENCE_END.test(last) && (!opening || isOpen)) return link;
    link = link.slice(0, -1);
  }
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return "";
  }
}
