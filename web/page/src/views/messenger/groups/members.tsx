/** Who belongs: chips, and a field that lists who is called so, from the third letter on. */
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useParley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { Icon } from "../../../ui/icon.tsx";
import { Avatar } from "../../../ui/marks.tsx";
import { useKnown } from "../conversation/names.ts";
import { Chips } from "./chips.tsx";
import { LETTERS_MIN, lettersMissing, useMatches } from "./matches.ts";
import type { Members as State } from "./use-members.ts";

interface MembersProps {
  ownerId: string;
  members: State;
  errors: readonly string[];
}

export function Members({ ownerId, members, errors }: MembersProps) {
  const id = useId();
  const [typed, type] = useState("");
  const [isOpen, open] = useState(false);
  const [at, move] = useState(0);
  const [said, say] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const matches = useMatches(typed, ownerId);
  const missing = lettersMissing(typed);
  const isListed = isOpen && typed.trim() !== "" && missing === 0;
  const current = isListed ? matches.people[Math.min(at, matches.people.length - 1)] : undefined;
  useKnown([ownerId]);
  const ownerName = useParley((state) => state.people.get(ownerId)?.user.name ?? sessionName(state, ownerId));

  useEffect(() => {
    list.current?.querySelector("[data-current]")?.scrollIntoView({ block: "nearest" });
  }, [at]);

  function toggle(userId: string, name: string) {
    const isIn = members.ids.has(userId);
    (isIn ? members.remove : members.add)(userId);
    say(t(isIn ? "group.removed" : "group.added", { name }));
    type("");
    open(false);
    field.current?.focus();
  }

  function press(event: KeyboardEvent) {
    const count = matches.people.length;
    if (event.key === "ArrowDown" && isListed) move((at + 1) % Math.max(1, count));
    else if (event.key === "ArrowUp" && isListed) move((at - 1 + count) % Math.max(1, count));
    else if (event.key === "Enter" && !event.isComposing && typed) {
      if (current) toggle(current.user_id, current.name);
    } else if (event.key === "Escape" && isListed) open(false);
    else if (event.key === "Backspace" && !typed) {
      const last = [...members.ids].at(-1);
      if (last) members.remove(last);
      return;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div class="field member-field">
      <label class="field__label" for={id}>
        {t("group.members")}
      </label>
      <div class={`member-field__box ${errors.length > 0 ? "member-field__box--wrong" : ""}`}>
        <Chips
          ownerName={ownerName}
          ids={members.ids}
          onRemove={(userId, name) => {
            members.remove(userId);
            say(t("group.removed", { name }));
            field.current?.focus();
          }}
        />
        <input
          ref={field}
          id={id}
          class="member-field__input"
          role="combobox"
          aria-expanded={isListed}
          aria-controls={`${id}-matches`}
          aria-autocomplete="list"
          aria-activedescendant={current ? `${id}-${current.user_id}` : undefined}
          aria-describedby={`${id}-hint ${id}-errors`}
          aria-invalid={errors.length > 0}
          autocomplete="off"
          spellcheck={false}
          disabled={!members.areHere}
          value={typed}
          onInput={(event) => {
            type(event.currentTarget.value);
            move(0);
            open(true);
          }}
          onFocus={() => open(true)}
          onBlur={() => open(false)}
          onKeyDown={press}
        />
      </div>
      <div class="member-field__list">
        <div
          ref={list}
          id={`${id}-matches`}
          class="member-field__matches"
          role="listbox"
          aria-label={t("group.matches")}
          aria-multiselectable="true"
          tabIndex={-1}
          hidden={!isListed || matches.people.length === 0}
        >
          {matches.people.map((person) => (
            <div
              key={person.user_id}
              id={`${id}-${person.user_id}`}
              role="option"
              tabIndex={-1}
              class="member-field__match"
              aria-selected={members.ids.has(person.user_id)}
              {...(person === current && { "data-current": "" })}
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => toggle(person.user_id, person.name)}
              onKeyDown={press}
            >
              <Avatar id={person.user_id} name={person.name} />
              <span class="member-field__name">{person.name}</span>
              <span class="member-field__login">{person.login}</span>
              {members.ids.has(person.user_id) && <Icon name="check" size={18} />}
            </div>
          ))}
        </div>
      </div>
      <p class="field__hint" id={`${id}-hint`}>
        {members.fault ?? hint()}
      </p>
      <div class="field__errors" id={`${id}-errors`} aria-live="polite">
        {errors.map((error) => (
          <p key={error}>{error}</p>
        ))}
      </div>
      <p class="only-read" role="status">
        {said}
      </p>
    </div>
  );

  function hint(): string {
    if (!members.areHere) return t("group.loading", { done: members.loaded, total: members.total });
    if (typed.trim() && missing > 0) return t("group.more_letters", { count: missing });
    if (isListed && matches.areAll && matches.people.length === 0) return t("group.no_match");
    const count = t("group.members_count", { count: members.ids.size });
    return members.ids.size > 0 ? count : `${t("group.members_hint", { letters: LETTERS_MIN })}`;
  }
}

function sessionName(state: Parameters<Parameters<typeof useParley>[0]>[0], userId: string): string {
  const { session } = state;
  return session.phase === "in" && session.user.user_id === userId ? session.user.name : t("person.unknown");
}
