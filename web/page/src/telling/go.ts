/** Goes to an address from outside a view, the way a link does. */
export function go(address: string): void {
  if (location.pathname === address) return;
  history.pushState(null, "", address);
  dispatchEvent(new PopStateEvent("popstate"));
}
