import type { License } from "parley-client";
import { parley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { refusalText } from "../../../text/refusal.ts";
import { date } from "../../../text/time.ts";
import { Banner } from "../../../ui/banner.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { Fact } from "../people/panel.tsx";
import { useAsked } from "./use-asked.ts";

const AGAIN_MS = 60_000;
const TAGS = { valid: "tag--info", expiring: "tag--warning", expired: "tag--error" } as const;

export function LicenseCard() {
  const { said, refusal } = useAsked(() => parley.ask("license.get", {}), AGAIN_MS);
  return (
    <section class="card server__card">
      <h2>{t("admin.license")}</h2>
      {!said && !refusal && <Spinner />}
      {refusal && <Banner severity="error">{refusalText(refusal)}</Banner>}
      {said?.fault && (
        <Banner severity="error">
          {t("notice.license_invalid")} {said.fault}
        </Banner>
      )}
      {said?.license && <Facts license={said.license} />}
      {said && !said.license && !said.fault && <p>{t("admin.license_none")}</p>}
    </section>
  );
}

function Facts({ license }: { license: License }) {
  const { seats, seats_taken: taken, state, days_left: days } = license;
  return (
    <>
      <p>
        <span class={`tag ${TAGS[state]}`}>{t(`admin.license_${state}`, { days })}</span>
      </p>
      <label class="server__seats">
        {t("admin.license_seats", { taken, seats })}
        <meter value={taken} max={seats} high={seats * 0.9} optimum={0} />
      </label>
      <dl class="facts">
        <Fact name={t("admin.license_customer")} value={license.customer} />
        <Fact name={t("admin.license_until")} value={date(license.expires_at)} />
        <Fact name={t("admin.license_contact")} value={license.contact} />
        <Fact name={t("admin.license_id")} value={license.license_id} />
      </dl>
    </>
  );
}
