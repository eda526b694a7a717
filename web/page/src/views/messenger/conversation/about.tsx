/** Over the field: what one replies to, or that one changes a message; and the way out of it. */
import { t } from "../../../text/index.ts";
import { IconButton } from "../../../ui/button.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { QuoteLine } from "./quote.tsx";
import type { Mode } from "./use_actions.ts";

export function About({ mode, onLeave }: { mode: Mode; onLeave: () => void }) {
  if (mode.does === "write") return null;
  return (
    <div class="composer__about">
      <Icon name={mode.does} size={16} />
      <span class="composer__quoted">
        {mode.does === "edit" ? <b>{t("composer.editing")}</b> : <QuoteLine message={mode.message} />}
      </span>
      <IconButton icon="close" label={t("composer.leave")} onClick={onLeave} />
    </div>
  );
}
