/** What the list shows: everybody or groups, by name, by status. */
import { useEffect, useRef } from "preact/hooks";
import { useParley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { IconButton } from "../../../ui/button.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { Tabs } from "../../../ui/tabs.tsx";
import { newGroup } from "../groups/edit.ts";
import { isLeader } from "../naming.ts";
import type { Wanted } from "./rows.ts";

interface FilterProps {
  wanted: Wanted;
  count: number;
  onWant: (wanted: Wanted) => void;
  /** From the search to the first row, or into it. */
  onDown: () => void;
  onEnter: () => void;
}

export function Filter({ wanted, count, onWant, onDown, onEnter }: FilterProps) {
  const mayMake = useParley(isLeader);
  const isNarrowed = wanted.typed !== "" || wanted.status !== "all";
  const field = useRef<HTMLInputElement>(null);
  const tabs = [
    { id: "all", label: t("list.all") },
    { id: "groups", label: t("list.groups") },
  ] as const;

  function press(event: KeyboardEvent) {
    if (event.key === "ArrowDown") onDown();
    else if (event.key === "Enter" && !event.isComposing) onEnter();
    else if (event.key === "Escape" && wanted.typed) onWant({ ...wanted, typed: "" });
    else return;
    event.preventDefault();
  }

  return (
    <div class="filter">
      <div class="filter__top">
        <Tabs
          label={t("list.views")}
          tabs={tabs}
          chosen={wanted.tab}
          controls="list"
          onChoose={(tab) => onWant({ ...wanted, tab, status: "all" })}
        />
        {mayMake && <IconButton icon="plus" label={t("group.new")} onClick={() => newGroup()} />}
      </div>
      <div class="filter__fields">
        <div class="filter__find">
          <Icon name="search" size={18} />
          <input
            ref={field}
            id="find"
            type="search"
            class="field__input"
            aria-label={t("list.find")}
            placeholder={t("list.find")}
            aria-controls="list"
            autocomplete="off"
            spellcheck={false}
            value={wanted.typed}
            onInput={(event) => onWant({ ...wanted, typed: event.currentTarget.value })}
            onKeyDown={press}
          />
          {wanted.typed && (
            <IconButton
              icon="close"
              label={t("list.clear")}
              onClick={() => {
                onWant({ ...wanted, typed: "" });
                field.current?.focus();
              }}
            />
          )}
        </div>
        {wanted.tab === "all" && (
          <select
            class="field__input filter__status"
            aria-label={t("list.status")}
            value={wanted.status}
            onChange={(event) => onWant({ ...wanted, status: event.currentTarget.value as Wanted["status"] })}
          >
            <option value="all">{t("list.status_all")}</option>
            <option value="online">{t("list.status_online")}</option>
            <option value="offline">{t("list.status_offline")}</option>
          </select>
        )}
      </div>
      <p class="only-read" role="status">
        <Said text={isNarrowed ? t("list.found", { count }) : ""} />
      </p>
    </div>
  );
}

/** Said once typing pauses, not at every letter. */
function Said({ text }: { text: string }) {
  const said = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const timer = setTimeout(() => {
      if (said.current) said.current.textContent = text;
    }, 600);
    return () => clearTimeout(timer);
  }, [text]);
  return <span ref={said} />;
}
