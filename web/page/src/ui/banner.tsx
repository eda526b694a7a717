/** A line across the page or a part of it that says what is going on; `assertive` ones interrupt a screen reader. */
import type { ComponentChildren } from "preact";
import "./banner.css";
import { t } from "../text/index.ts";
import { IconButton } from "./button.tsx";
import { Icon } from "./icon.tsx";

interface BannerProps {
  severity: "info" | "warning" | "error";
  children: ComponentChildren;
  action?: ComponentChildren;
  onDismiss?: (() => void) | undefined;
}

export function Banner({ severity, children, action, onDismiss }: BannerProps) {
  return (
    <div class={`banner banner--${severity}`} role={severity === "error" ? "alert" : "status"}>
      <Icon name={severity === "info" ? "info" : "warning"} size={18} />
      <div class="banner__text">{children}</div>
      {action}
      {onDismiss && <IconButton icon="close" label={t("action.dismiss")} onClick={onDismiss} />}
    </div>
  );
}
