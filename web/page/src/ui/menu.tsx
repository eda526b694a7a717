/** A button that opens a list of things to do: arrow keys, Home and End move in it, Escape and Tab leave it. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "./icon.tsx";
import "./menu.css";

export interface MenuItem {
  label: string;
  icon?: IconName;
  onChoose: () => void;
  /** Of one of several that exclude each other, or that is on or off. */
  checked?: boolean;
  danger?: boolean;
  disabled?: boolean;
  /** A line above it. */
  apart?: boolean;
  /** What it and those after it are about, said above it; of one that is apart. */
  section?: string;
}

interface MenuProps {
  label: string;
  items: readonly MenuItem[];
  children: ComponentChildren;
  class?: string;
  /** What is in the button says its name, in words that are seen; else `label` does. */
  isNamedInside?: boolean;
}

export function Menu({ label, items, children, class: more, isNamedInside = false }: MenuProps) {
  const id = useId();
  const [isOpen, open] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const entries = () => [
    ...(root.current?.querySelectorAll<HTMLButtonElement>("[role^=menuitem]:not(:disabled)") ?? []),
  ];

  useEffect(() => {
    if (!isOpen) return;
    entries()[0]?.focus();
    const leave = (event: PointerEvent) => {
      if (!root.current?.contains(event.target as Node)) open(false);
    };
    addEventListener("pointerdown", leave);
    return () => removeEventListener("pointerdown", leave);
  }, [isOpen]);

  function close() {
    open(false);
    button.current?.focus();
  }

  function move(event: KeyboardEvent) {
    const all = entries();
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) all.at(to % all.length)?.focus();
    else if (event.key === "Escape") close();
    else if (event.key === "Tab") open(false);
    else return;
    if (event.key !== "Tab") event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div class="menu" ref={root}>
      <button
        ref={button}
        type="button"
        class={`menu__button ${more ?? ""}`}
        aria-label={isNamedInside ? undefined : label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => open(!isOpen)}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown" || isOpen) return;
          event.preventDefault();
          open(true);
        }}
      >
        {children}
      </button>
      {isOpen && (
        <div class="menu__items" id={id} role="menu" aria-label={label} tabIndex={-1} onKeyDown={move}>
          {sectionsOf(items).map((section) => (
            // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a menu
            <div key={section[0]?.label} role="group" aria-label={section[0]?.section} class="menu__section">
              {section[0]?.section && (
                <p class="menu__title" aria-hidden="true">
                  {section[0].section}
                </p>
              )}
              {section.map((item) => (
                <Item
                  key={item.label}
                  item={item}
                  onChoose={() => {
                    close();
                    item.onChoose();
                  }}
                />
              ))}
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

function Item({ item, onChoose }: { item: MenuItem; onChoose: () => void }) {
  const { label, icon, checked, danger = false, disabled = false } = item;
  return (
    <button
      type="button"
      role={checked === undefined ? "menuitem" : "menuitemradio"}
      {...(checked !== undefined && { "aria-checked": checked })}
      tabIndex={-1}
      disabled={disabled}
      class={`menu__item ${danger ? "menu__item--danger" : ""}`}
      onClick={onChoose}
    >
      {checked === undefined ? icon && <Icon name={icon} size={18} /> : <Check on={checked} />}
      <span>{label}</span>
    </button>
  );
}

/** Cut before each that is apart. */
function sectionsOf(items: readonly MenuItem[]): readonly (readonly MenuItem[])[] {
  const sections: MenuItem[][] = [];
  for (const item of items) {
    const last = sections.at(-1);
    if (last && !item.apart) last.push(item);
    else sections.push([item]);
  }
  return sections;
}

function Check({ on }: { on: boolean }) {
  return <span class="menu__check">{on && <Icon name="check" size={18} />}</span>;
}
