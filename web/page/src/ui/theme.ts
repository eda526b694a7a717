/** Light, dark, or as the device is; kept in this browser. */
import { signal } from "../text/signal.ts";

export const THEMES = ["light", "dark", "system"] as const;
type Theme = (typeof THEMES)[number];

const KEPT_AS = "parley.theme";

function kept(): Theme {
  const found = localStorage.getItem(KEPT_AS);
  return THEMES.find((one) => one === found) ?? "system";
}

export const theme = signal<Theme>(kept());

function show(): void {
  const now = theme.get();
  if (now === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = now;
}

theme.subscribe(() => {
  localStorage.setItem(KEPT_AS, theme.get());
  show();
});
show();
