import { t } from "../../../text/index.ts";
import { IconButton } from "../../../ui/button.tsx";
import { Select, TextField } from "../../../ui/field.tsx";
import { ACTIONS, OUTCOMES } from "./names.ts";
import { PersonField } from "./person-field.tsx";
import type { Filter } from "./use-audit.ts";

interface FiltersProps {
  filter: Filter;
  onNarrow: (filter: Filter) => void;
  onReload: () => void;
}

export function AuditFilters({ filter, onNarrow, onReload }: FiltersProps) {
  return (
    <search class="tools tools--audit">
      <PersonField userId={filter.userId} onChoose={(userId) => onNarrow({ ...filter, userId })} />
      <Select
        label={t("admin.audit_action")}
        value={filter.action}
        onChange={(event) => onNarrow({ ...filter, action: event.currentTarget.value })}
      >
        <option value="">{t("admin.audit_any")}</option>
        {ACTIONS.map((action) => (
          <option key={action} value={action}>
            {t(`audit.${action}`)}
          </option>
        ))}
      </Select>
      <Select
        label={t("admin.audit_outcome")}
        value={filter.outcome}
        onChange={(event) => onNarrow({ ...filter, outcome: event.currentTarget.value })}
      >
        <option value="">{t("admin.audit_any")}</option>
        {OUTCOMES.map((outcome) => (
          <option key={outcome} value={outcome}>
            {t(`outcome.${outcome}`)}
          </option>
        ))}
      </Select>
      <TextField
        label={t("admin.audit_from")}
        type="datetime-local"
        value={filter.from}
        onChange={(event) => onNarrow({ ...filter, from: event.currentTarget.value })}
      />
      <TextField
        label={t("admin.audit_to")}
        type="datetime-local"
        value={filter.to}
        onChange={(event) => onNarrow({ ...filter, to: event.currentTarget.value })}
      />
      <div class="tools__end">
        <IconButton icon="refresh" label={t("admin.audit_reload")} onClick={onReload} />
      </div>
    </search>
  );
}
