/** The token of a link in a mail, `/login#reset=<token>`: it leaves the address, and the history, before anything else. */
const BEFORE = "#reset=";

export function takeToken(): string | undefined {
  if (!location.hash.startsWith(BEFORE)) return undefined;
  const token = location.hash.slice(BEFORE.length);
  history.replaceState(history.state, "", location.pathname + location.search);
  return token || undefined;
}

/** Where a link is opened in a page that is here already, only the hash changes. */
export function onToken(listener: (token: string) => void): () => void {
  const look = () => {
    const token = takeToken();
    if (token) listener(token);
  };
  addEventListener("hashchange", look);
  return () => removeEventListener("hashchange", look);
}
