/** A password that is there already: says when capitals are locked. */
import type { ComponentProps } from "preact";
import { useState } from "preact/hooks";
import { t } from "../../text/index.ts";
import { PasswordField } from "../../ui/field.tsx";

export function Secret(props: ComponentProps<typeof PasswordField>) {
  const [isLocked, lock] = useState(false);
  const look = (event: Event) => {
    if ("getModifierState" in event) lock((event as KeyboardEvent).getModifierState("CapsLock"));
  };
  return (
    <PasswordField
      required
      {...props}
      hint={isLocked ? <span role="status">{t("login.caps_lock")}</span> : props.hint}
      onKeyDown={look}
      onKeyUp={look}
      onBlur={() => lock(false)}
    />
  );
}
