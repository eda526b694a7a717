/** Where somebody wanted to go when they had to log in first: kept in the address, so that it outlives a reload. */
const LOGIN = "/login";
const KEPT_AS = "to";
/** A path of this page: what `//` begins with is somebody else's, and so it is with what a browser leaves out between. */
const OWN = /^\/(?![/\\])\P{C}*$/u;

export function loginPath(from: string): string {
  return from === "/" ? LOGIN : `${LOGIN}?${new URLSearchParams({ [KEPT_AS]: from })}`;
}

export function isLogin(path: string): boolean {
  return path === LOGIN;
}

export function wanted(): string {
  const path = new URLSearchParams(location.search).get(KEPT_AS) ?? "/";
  return OWN.test(path) ? path : "/";
}
