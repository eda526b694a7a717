/**
 * Several tabs of one browser hear the same: whichever claims it first tells it, the others leave it. A lock of the
 * browser, let go of after `holdMs` or with its tab. Where the page was not loaded securely there are no locks: then the
 * storage that all tabs share says who was first, as well as that can be told.
 */
export function claim(name: string, holdMs: number): Promise<boolean> {
  if (!navigator.locks) return Promise.resolve(claimStored(name, holdMs));
  return new Promise((resolve) => {
    void navigator.locks.request(`parley.${name}`, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock && new Promise<void>((done) => setTimeout(done, holdMs));
    });
  });
}

function claimStored(name: string, holdMs: number): boolean {
  const key = `parley.claim.${name.split(".")[0]}`;
  const [claimed, at] = (localStorage.getItem(key) ?? "").split(" ");
  if (claimed === name && Date.now() - Number(at) < holdMs) return false;
  localStorage.setItem(key, `${name} ${Date.now()}`);
  return true;
}

/** While it is held, `isHeld` says so in every tab of this browser. Gives the function that lets go. */
export function hold(name: string): () => void {
  if (!navigator.locks) return () => undefined;
  const over = new AbortController();
  const held = new Promise<void>((done) => over.signal.addEventListener("abort", () => done()));
  navigator.locks.request(`parley.${name}`, { mode: "shared", signal: over.signal }, () => held).catch(() => undefined);
  return () => over.abort();
}

export async function isHeld(name: string): Promise<boolean> {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  return held.some((lock) => lock.name === `parley.${name}`);
}
