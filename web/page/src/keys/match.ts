/** Whether a key that was pressed is one of the table. */
const IS_MAC = /Mac|iPhone|iPad/.test(navigator.platform);

export function isPressed(event: KeyboardEvent, wanted: string): boolean {
  const parts = wanted.split("+");
  const key = parts.at(-1)!;
  const mod = parts.includes("Mod");
  if ((IS_MAC ? event.metaKey : event.ctrlKey) !== mod || (IS_MAC ? event.ctrlKey : event.metaKey)) return false;
  if (event.altKey !== parts.includes("Alt")) return false;
  // A sign such as ? is typed with Shift on one keyboard and without on another.
  const isLetter = /^[A-Z]$/.test(key);
  if ((key.length > 1 || isLetter) && event.shiftKey !== parts.includes("Shift")) return false;
  if (isLetter && event.altKey) return event.code === `Key${key}`;
  return isLetter ? event.key.toUpperCase() === key : event.key === key;
}

/** Whether what has the focus takes what is typed. */
export function takesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit"].includes(target.type);
}

/** How a key is called on this machine, a part each. */
export function named(wanted: string): string[] {
  return wanted.split("+").map((part) => {
    if (part === "Mod") return IS_MAC ? "⌘" : "Ctrl";
    if (IS_MAC && part === "Alt") return "⌥";
    if (IS_MAC && part === "Shift") return "⇧";
    return { ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc" }[part] ?? part;
  });
}
