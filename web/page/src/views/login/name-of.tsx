/** Whose password it is, for the browser that keeps passwords. */
export function NameOf({ login }: { login: string }) {
  return (
    <input class="only-read" name="username" autocomplete="username" value={login} readOnly tabIndex={-1} aria-hidden />
  );
}
