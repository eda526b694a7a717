/** Every key there is: what is pressed, and where it is listed. What it does is said by whoever uses it. */
export interface Shortcut {
  /** Any of them; `Mod` is Ctrl, and Command on a Mac. Letters with Alt are places of the keyboard, not signs. */
  readonly keys: readonly string[];
  readonly area: "everywhere" | "messages" | "writing" | "lists";
  /** Drawn in the overview only: the view itself knows what the key does there. */
  readonly isLocal?: true;
}

export const KEYS = {
  help: { keys: ["Mod+/", "?"], area: "everywhere" },
  search: { keys: ["Mod+K", "/"], area: "everywhere" },
  find: { keys: ["Alt+L"], area: "everywhere" },
  previous: { keys: ["Alt+ArrowUp"], area: "everywhere" },
  next: { keys: ["Alt+ArrowDown"], area: "everywhere" },
  previousUnread: { keys: ["Alt+Shift+ArrowUp"], area: "everywhere" },
  nextUnread: { keys: ["Alt+Shift+ArrowDown"], area: "everywhere" },
  write: { keys: ["Alt+W"], area: "everywhere" },
  toMessages: { keys: ["Alt+M"], area: "everywhere" },
  close: { keys: ["Escape"], area: "everywhere", isLocal: true },

  send: { keys: ["Enter"], area: "writing", isLocal: true },
  newLine: { keys: ["Shift+Enter"], area: "writing", isLocal: true },
  editLast: { keys: ["ArrowUp"], area: "writing", isLocal: true },

  move: { keys: ["ArrowUp", "ArrowDown"], area: "messages", isLocal: true },
  ends: { keys: ["Home", "End"], area: "messages", isLocal: true },
  reply: { keys: ["R"], area: "messages", isLocal: true },
  edit: { keys: ["E"], area: "messages", isLocal: true },
  remove: { keys: ["Delete"], area: "messages", isLocal: true },
  copy: { keys: ["C"], area: "messages", isLocal: true },
  unread: { keys: ["U"], area: "messages", isLocal: true },

  choose: { keys: ["Enter"], area: "lists", isLocal: true },
  moveInList: { keys: ["ArrowUp", "ArrowDown"], area: "lists", isLocal: true },
} as const satisfies Record<string, Shortcut>;

export type KeyName = keyof typeof KEYS;
export type GlobalKey = { [Name in KeyName]: (typeof KEYS)[Name] extends { isLocal: true } ? never : Name }[KeyName];
