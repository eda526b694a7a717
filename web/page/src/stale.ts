/**
 * After a roll-out, the parts that an open page has not loaded yet are gone: it loads anew, as the new one. Not where parts
 * do not come for another reason, such as a network that is away: the page that is served is asked which scripts it has. And
 * not again and again: while gateways of before and after answer by turns, loading anew may not help.
 */
const KEPT_AS = "parley.reloaded";
const AGAIN_MS = 60_000;

export function reloadWhenStale(): void {
  addEventListener("vite:preloadError", async () => {
    const own = document.querySelector<HTMLScriptElement>("script[type=module]");
    const served = await fetch("/", { cache: "no-store" })
      .then((answer) => (answer.ok ? answer.text() : undefined))
      .catch(() => undefined);
    if (own && served && !served.includes(new URL(own.src).pathname) && mayReload()) location.reload();
  });
}

function mayReload(): boolean {
  try {
    const isLately = Date.now() - Number(sessionStorage.getItem(KEPT_AS)) < AGAIN_MS;
    if (!isLately) sessionStorage.setItem(KEPT_AS, String(Date.now()));
    return !isLately;
  } catch {
    return false; // nobody would know that it was done
  }
}
