/**
 * After a roll-out, the parts that an open page has not loaded yet are gone: it loads anew, as the new one. Not where parts
 * do not come for another reason, such as a network that is away: the page that is served is asked which scripts it has.
 */
export function reloadWhenStale(): void {
  addEventListener("vite:preloadError", async () => {
    const own = document.querySelector<HTMLScriptElement>("script[type=module]");
    const served = await fetch("/", { cache: "no-store" })
      .then((answer) => (answer.ok ? answer.text() : undefined))
      .catch(() => undefined);
    if (own && served && !served.includes(new URL(own.src).pathname)) location.reload();
  });
}
