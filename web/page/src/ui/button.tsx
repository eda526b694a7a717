import type { ComponentChildren, JSX } from "preact";
import "./button.css";
import { Icon, type IconName } from "./icon.tsx";
import { Spinner } from "./spinner.tsx";

interface ButtonProps extends Omit<JSX.IntrinsicElements["button"], "icon"> {
  kind?: "primary" | "plain" | "quiet" | "danger";
  icon?: IconName;
  /** Something is under way: pressed again, it does nothing. */
  busy?: boolean;
  children?: ComponentChildren;
}

export function Button({ kind = "plain", icon, busy = false, children, class: more, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      class={`button button--${kind} ${more ?? ""}`}
      aria-busy={busy}
      disabled={rest.disabled || busy}
    >
      {busy ? <Spinner /> : icon && <Icon name={icon} size={18} />}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<JSX.IntrinsicElements["button"], "icon" | "label"> {
  icon: IconName;
  /** What it does, in words: its name and its tooltip. */
  label: string;
  pressed?: boolean;
}

export function IconButton({ icon, label, pressed, class: more, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      class={`icon-button ${more ?? ""}`}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
    >
      <Icon name={icon} />
    </button>
  );
}
