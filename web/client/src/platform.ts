/** What the library uses of where it runs, each part where there is one: a browser, or Node. */

/** A door between the tabs of one browser. */
export interface Channel {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => void) | null;
  close(): void;
}

export interface Platform {
  readonly fetch: typeof fetch;
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly newId: () => string;
  /** One at a time in this browser; where there are no locks, in this tab. */
  readonly locked: <T>(name: string, work: () => Promise<T>) => Promise<T>;
  readonly channel?: (name: string) => Channel;
  /** Of this tab, and of this browser. */
  readonly tabStorage?: Storage;
  readonly storage?: Storage;
  /** Tells `online` and `offline`. */
  readonly network?: Pick<EventTarget, "addEventListener" | "removeEventListener">;
}

/** How long a tab waits for another that holds a lock: it may be hung. */
const LOCK_MS = 15_000;

export function thisPlatform(): Platform {
  const tabStorage = storage("sessionStorage");
  const browserStorage = storage("localStorage");
  const isBrowser = typeof document !== "undefined";
  return {
    fetch: (...request) => fetch(...request),
    now: Date.now,
    random: Math.random,
    newId,
    locked,
    ...(typeof BroadcastChannel === "undefined" ? {} : { channel: (name: string) => new BroadcastChannel(name) }),
    ...(isBrowser && tabStorage ? { tabStorage } : {}),
    ...(isBrowser && browserStorage ? { storage: browserStorage } : {}),
    ...(isBrowser && typeof addEventListener === "function" ? { network: globalThis } : {}),
  };
}

async function locked<T>(name: string, work: () => Promise<T>): Promise<T> {
  const locks = typeof navigator === "undefined" ? undefined : navigator.locks;
  if (locks === undefined) return afterOthers(name, work);
  let isHeld = false;
  try {
    return await locks.request(name, { signal: AbortSignal.timeout(LOCK_MS) }, () => {
      isHeld = true;
      return work();
    });
  } catch (error) {
    if (isHeld) throw error;
    return work();
  }
}

const last = new Map<string, Promise<unknown>>();

function afterOthers<T>(name: string, work: () => Promise<T>): Promise<T> {
  const mine = (last.get(name) ?? Promise.resolve()).then(work);
  last.set(
    name,
    mine.catch(() => undefined),
  );
  return mine;
}

/** `crypto.randomUUID` is only there where the page came by TLS. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Absent where the browser forbids it. */
function storage(name: "sessionStorage" | "localStorage"): Storage | undefined {
  try {
    return typeof document === "undefined" ? undefined : globalThis[name];
  } catch {
    return undefined;
  }
}
