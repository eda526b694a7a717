/** What keeps somebody out, in words: disabled, locked, without a password yet. */
import type { User } from "parley-client";
import { t } from "../../../text/index.ts";
import { moment } from "../../../text/time.ts";
import { timeOf } from "../../messenger/list/when.ts";

export function State({ user }: { user: User }) {
  if (user.disabled) return <span class="tag">{t("admin.state_disabled")}</span>;
  if (user.locked_until)
    return (
      <span class="tag tag--error" title={t("admin.state_locked", { at: moment(user.locked_until) })}>
        {t("admin.state_locked", { at: timeOf(new Date(user.locked_until)) })}
      </span>
    );
  if (user.invited) return <span class="tag tag--info">{t("admin.state_invited")}</span>;
  return <span class="table__quiet">{t("admin.state_active")}</span>;
}
