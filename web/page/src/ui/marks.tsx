/** Small signs: who it is, how they are, how much is unread. Never by colour alone. */
import { t } from "../text/index.ts";
import "./marks.css";

export type Status = "online" | "away" | "do_not_disturb" | "offline";

/** Green and filled: online; a ring with a hand: away; a bar: do not disturb; a red cross: offline. Says the status too. */
export function PresenceMark({ status, silent = false }: { status: Status; silent?: boolean }) {
  const said = t(`status.${status}`);
  return (
    <svg
      class={`presence presence--${status}`}
      viewBox="0 0 12 12"
      role="img"
      aria-label={silent ? "" : said}
      aria-hidden={silent}
    >
      {!silent && <title>{said}</title>}
      {status === "online" && <circle cx="6" cy="6" r="5" fill="currentColor" />}
      {status === "away" && <path d="M6 1.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM6 3.6V6l1.8 1.4" {...LINE} />}
      {status === "do_not_disturb" && (
        <>
          <circle cx="6" cy="6" r="5" fill="currentColor" />
          <path d="M3.4 6h5.2" class="presence__bar" />
        </>
      )}
      {status === "offline" && <path d="M2.6 2.6l6.8 6.8M9.4 2.6 2.6 9.4" {...LINE} />}
    </svg>
  );
}

const LINE = { fill: "none", stroke: "currentColor", "stroke-width": 1.8, "stroke-linecap": "round" } as const;
const HUES = 8;

/** Two letters on a colour that is always the same for the same id. */
export function Avatar({
  id,
  name,
  status,
  group = false,
}: {
  id: string;
  name: string;
  status?: Status | undefined;
  group?: boolean;
}) {
  return (
    <span class={`avatar avatar--${hue(id)} ${group ? "avatar--group" : ""}`}>
      <span aria-hidden="true">{initials(name)}</span>
      {status && <PresenceMark status={status} />}
    </span>
  );
}

function hue(id: string): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.codePointAt(0)!) % 9973;
  return sum % HUES;
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters
    .map((word) => [...(word ?? "")][0] ?? "")
    .join("")
    .toLocaleUpperCase();
}

/** So many, at most 99+; nothing for none. `label` says it in words. */
export function Badge({ count, label, quiet = false }: { count: number; label: string; quiet?: boolean }) {
  if (count <= 0) return null;
  return (
    <span class={`badge ${quiet ? "badge--quiet" : ""}`}>
      <span aria-hidden="true">{count > 99 ? "99+" : count}</span>
      <span class="only-read">{label}</span>
    </span>
  );
}
