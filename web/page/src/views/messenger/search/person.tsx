/** Chooses a person by the beginning of a name: a field with what matches under it, as WAI-ARIA's combobox says. */
import type { User } from "parley-client";
import { useEffect, useId, useState } from "preact/hooks";
import { parley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { TextField } from "../../../ui/field.tsx";
import { fold } from "./folding.ts";

const SHOWN_MAX = 8;
const PAUSE_MS = 200;

export function PersonField({ onChoose }: { onChoose: (userId: string | undefined) => void }) {
  const id = useId();
  const [text, write] = useState("");
  const [isOpen, open] = useState(false);
  const [at, move] = useState(0);
  const matches = useMatches(isOpen ? text : "");
  const isShown = isOpen && matches.length > 0;

  function choose(user: User) {
    write(user.name);
    open(false);
    onChoose(user.user_id);
  }

  function press(event: KeyboardEvent) {
    if (!isShown) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) move((at + step + matches.length) % matches.length);
    else if (event.key === "Enter" && matches[at]) choose(matches[at]);
    else if (event.key === "Escape") open(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div class="person-field">
      <TextField
        label={t("search.from")}
        placeholder={t("search.anybody")}
        value={text}
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={isShown}
        aria-controls={id}
        {...(isShown && { "aria-activedescendant": `${id}-${at}` })}
        autocomplete="off"
        onInput={(event) => {
          write(event.currentTarget.value);
          open(true);
          move(0);
          onChoose(undefined);
        }}
        onKeyDown={press}
        onBlur={() => open(false)}
      />
      <div class="person-field__list" id={id} role="listbox" aria-label={t("search.from")} hidden={!isShown}>
        {matches.map((user, place) => (
          <div
            key={user.user_id}
            id={`${id}-${place}`}
            role="option"
            aria-selected={place === at}
            tabIndex={-1}
            onMouseDown={(event) => {
              event.preventDefault();
              choose(user);
            }}
          >
            <span dir="auto">{user.name}</span> <small>{user.login}</small>
          </div>
        ))}
      </div>
    </div>
  );
}

/** Of the people that are known; of a large house also of those the server knows. */
function useMatches(text: string): readonly User[] {
  const [asked, set] = useState<{ q: string; users: readonly User[] }>({ q: "", users: [] });
  const q = fold(text.trim());
  useEffect(() => {
    if (q.length < 2 || parley.state.allPeople) return;
    const timer = setTimeout(() => {
      parley
        .ask("user.list", { q: text.trim(), limit: SHOWN_MAX })
        .then(({ users }) => set({ q, users }))
        .catch(() => undefined);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [q]);
  if (q === "") return [];
  const known = [...parley.state.people.values()].map((person) => person.user).filter((user) => isMatch(user, q));
  const users = [...known, ...(asked.q === q ? asked.users : [])];
  return [...new Map(users.map((user) => [user.user_id, user])).values()].slice(0, SHOWN_MAX);
}

function isMatch(user: User, q: string): boolean {
  return fold(user.login).startsWith(q) || ` ${fold(user.name)}`.includes(` ${q}`);
}
