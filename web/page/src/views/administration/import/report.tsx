/** What an import did, or would do, and every line at fault with why. */
import type { ImportFault, ImportReport } from "parley-client";
import { faultText } from "../../../text/fault.ts";
import { type Key, t } from "../../../text/index.ts";
import { number } from "../../../text/number.ts";
import { Banner } from "../../../ui/banner.tsx";

const FIELDS: Record<string, Key> = {
  login: "admin.login",
  name: "admin.name",
  role: "admin.role",
  email: "admin.email",
  password: "login.password",
};

export function Report({ report }: { report: ImportReport }) {
  const { dry_run, state, total, done, created, unchanged, faults } = report;
  return (
    <section class="report" aria-live="polite">
      {state === "interrupted" && <Banner severity="error">{t("admin.import_interrupted")}</Banner>}
      {!dry_run && state === "running" && (
        <label class="report__progress">
          {t("admin.import_running", { done, total })}
          <progress value={done} max={Math.max(1, total)} />
        </label>
      )}
      <ul class="report__sums">
        <li class="report__sum" data-sum="created">
          <strong>{number(created)}</strong>{" "}
          {t(dry_run ? "admin.import_new" : "admin.import_created", { count: created })}
        </li>
        <li class="report__sum" data-sum="unchanged">
          <strong>{number(unchanged)}</strong> {t("admin.import_unchanged", { count: unchanged })}
        </li>
        <li class={`report__sum ${faults.length ? "report__sum--bad" : ""}`} data-sum="faults">
          <strong>{number(linesOf(faults))}</strong> {t("admin.import_faults", { count: linesOf(faults) })}
        </li>
      </ul>
      {faults.length > 0 && <Faults faults={faults} />}
    </section>
  );
}

function linesOf(faults: readonly ImportFault[]): number {
  return new Set(faults.map((fault) => fault.line)).size;
}

function Faults({ faults }: { faults: readonly ImportFault[] }) {
  return (
    <div class="faults">
      <table>
        <caption class="only-read">{t("admin.import_at_fault")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("admin.import_line")}</th>
            <th scope="col">{t("admin.import_field")}</th>
            <th scope="col">{t("admin.import_reason")}</th>
          </tr>
        </thead>
        <tbody>
          {faults.map(({ line, field, message }) => (
            <tr key={`${line} ${field} ${message}`}>
              <th scope="row">{line}</th>
              <td>{field && (FIELDS[field] ? t(FIELDS[field]) : field)}</td>
              <td>{faultText(message) ?? message}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
