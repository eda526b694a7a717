import type { ServiceToken } from "parley-client";
import { t } from "../../../text/index.ts";
import { date, moment } from "../../../text/time.ts";
import { Button } from "../../../ui/button.tsx";

export function TokenRow({ token, onRevoke }: { token: ServiceToken; onRevoke: () => void }) {
  const { name, scope, expires_at: end, last_used_at: used } = token;
  return (
    <li class="tokens__one">
      <div class="tokens__what">
        <strong>
          <bdi>{name}</bdi> <span class="tag">{t(`token.scope_${scope}`)}</span>
        </strong>
        <span>{used ? t("token.used", { at: moment(used) }) : t("token.unused")}</span>
        <span>{t("token.until", { at: date(end) })}</span>
      </div>
      <Button aria-label={t("token.revoke_one", { name })} onClick={onRevoke}>
        {t("token.revoke")}
      </Button>
    </li>
  );
}
