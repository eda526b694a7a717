/** Who did what to whom, when and from where. */
import type { AuditEntry } from "parley-client";
import { useState } from "preact/hooks";
import { type Key, t } from "../../../text/index.ts";
import { refusalText } from "../../../text/refusal.ts";
import { instant } from "../../../text/time.ts";
import { Banner } from "../../../ui/banner.tsx";
import { Button } from "../../../ui/button.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { AuditFilters } from "./filters.tsx";
import { isAction, isOutcome } from "./names.ts";
import { type Filter, useAudit } from "./use-audit.ts";
import "./audit.css";

const EVERYTHING: Filter = { userId: "", action: "", outcome: "", from: "", to: "" };

export function AuditPart() {
  const [filter, narrow] = useState(EVERYTHING);
  const { entries, next, isBusy, refusal, more, reload } = useAudit(filter);
  return (
    <>
      <AuditFilters filter={filter} onNarrow={narrow} onReload={reload} />
      {refusal && <Banner severity="error">{refusalText(refusal)}</Banner>}
      <section class="audit card" aria-label={t("admin.part_audit")}>
        {entries.length > 0 && (
          <table>
            <caption class="only-read">{t("admin.part_audit")}</caption>
            <thead>
              <tr>
                <th scope="col">{t("admin.audit_at")}</th>
                <th scope="col">{t("admin.audit_actor")}</th>
                <th scope="col">{t("admin.audit_action")}</th>
                <th scope="col">{t("admin.audit_target")}</th>
                <th scope="col">{t("admin.audit_outcome")}</th>
                <th scope="col">{t("admin.audit_detail")}</th>
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <Entry key={entry.audit_id} entry={entry} onPerson={(userId) => narrow({ ...filter, userId })} />
              ))}
            </tbody>
          </table>
        )}
        {!isBusy && entries.length === 0 && <p class="empty">{t("admin.audit_none")}</p>}
        <div class="audit__more">
          {isBusy ? <Spinner /> : next && <Button onClick={more}>{t("admin.audit_more")}</Button>}
        </div>
      </section>
    </>
  );
}

interface EntryProps {
  entry: AuditEntry;
  onPerson: (userId: string) => void;
}

function Entry({ entry, onPerson }: EntryProps) {
  const { at, action, outcome, actor_id, actor_login, target_id, target_login, address, detail } = entry;
  const isDone = outcome === "done";
  return (
    <tr>
      <td class="audit__at">
        <time dateTime={at}>{instant(at)}</time>
      </td>
      <td>
        <Who id={actor_id} login={actor_login} onPerson={onPerson} />
        {address && <span class="audit__from">{address}</span>}
      </td>
      <td title={action}>{isAction(action) ? t(`audit.${action}` as Key) : action}</td>
      <td>
        <Who id={target_id} login={target_login} onPerson={onPerson} />
      </td>
      <td>
        <span class={`tag ${isDone ? "" : "tag--error"}`} title={outcome}>
          {isOutcome(outcome) ? t(`outcome.${outcome}` as Key) : outcome}
        </span>
      </td>
      <td class="audit__detail">
        {Object.entries(detail ?? {}).map(([name, value]) => (
          <span key={name}>
            {name}: {value}
          </span>
        ))}
      </td>
    </tr>
  );
}

interface WhoProps {
  id: string | undefined;
  login: string | undefined;
  onPerson: (userId: string) => void;
}

function Who({ id, login, onPerson }: WhoProps) {
  if (!id) return <>{login ?? "–"}</>;
  return (
    <button
      type="button"
      class="audit__who"
      title={t("admin.audit_only", { name: login ?? id })}
      onClick={() => onPerson(id)}
    >
      {login ?? id}
    </button>
  );
}
