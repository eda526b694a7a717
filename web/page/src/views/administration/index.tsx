/** The administration: people, groups, the audit trail, the licence and the server; each for whom it is. */
import { useLocation, useRoute } from "preact-iso";
import { useParley } from "../../parley.ts";
import { t } from "../../text/index.ts";
import { Icon, type IconName } from "../../ui/icon.tsx";
import { Notices } from "../account/notices.tsx";
import { Groups } from "../messenger/groups/index.tsx";
import { Header } from "../messenger/header/index.tsx";
import { Warning } from "../messenger/warning.tsx";
import { AuditPart } from "./audit/index.tsx";
import { GroupsPart } from "./groups/index.tsx";
import { type Part, partsOf } from "./may.ts";
import { PeoplePart } from "./people/index.tsx";
import { ServerPart } from "./server/index.tsx";
import "./administration.css";

const ICONS: Record<Part, IconName> = { people: "person", groups: "people", audit: "clock", server: "gear" };
const VIEWS = { people: PeoplePart, groups: GroupsPart, audit: AuditPart, server: ServerPart };

export default function Administration() {
  const { params } = useRoute();
  const { path } = useLocation();
  const me = useParley((state) => (state.session.phase === "in" ? state.session.user : undefined));
  if (!me) return null;
  const parts = partsOf(me.role);
  const part = parts.find((one) => one === (params.part || path.split("/")[2])) ?? parts[0];
  const View = part && VIEWS[part];
  return (
    <div class="administration">
      <Header />
      <Warning />
      <Notices />
      <main class="administration__main">
        <div class="administration__head">
          <h1>{t("admin.title")}</h1>
          <nav class="administration__parts" aria-label={t("admin.title")}>
            {parts.map((one) => (
              <a key={one} href={`/administration/${one}`} {...(one === part && { "aria-current": "page" as const })}>
                <Icon name={ICONS[one]} size={18} />
                {t(`admin.part_${one}`)}
              </a>
            ))}
          </nav>
        </div>
        <div class="administration__part">{View ? <View me={me} /> : <p>{t("admin.not_for_you")}</p>}</div>
      </main>
      <Groups />
    </div>
  );
}
