/** The links of everyone whom no mail reaches: shown once, to be taken along as a file. */
import type { Invitation } from "parley-client";
import { useEffect, useState } from "preact/hooks";
import { t } from "../../../text/index.ts";
import { Banner } from "../../../ui/banner.tsx";
import { Icon } from "../../../ui/icon.tsx";

export function Invitations({ invitations }: { invitations: readonly Invitation[] }) {
  const [href, link] = useState<string>();
  useEffect(() => {
    const url = URL.createObjectURL(new Blob([csvOf(invitations)], { type: "text/csv" }));
    link(url);
    return () => URL.revokeObjectURL(url);
  }, [invitations]);
  return (
    <Banner
      severity="warning"
      action={
        <a class="button button--plain" href={href} download="invitations.csv">
          <Icon name="download" size={18} />
          {t("admin.invitations_download")}
        </a>
      }
    >
      {t("admin.invitations_about", { count: invitations.length })}
    </Banner>
  );
}

/** Logins and links have neither quotes nor line ends; a formula is none that a sheet would run. */
function csvOf(invitations: readonly Invitation[]): string {
  const rows = invitations.map(({ login, link }) => `${login},${link}`);
  return `${["login,link", ...rows].join("\r\n")}\r\n`;
}
