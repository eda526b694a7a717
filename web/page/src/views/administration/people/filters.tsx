import type { ComponentChildren } from "preact";
import { parley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { Select, TextField } from "../../../ui/field.tsx";
import { ROLES } from "../may.ts";
import type { Filter } from "./use-people.ts";

interface FiltersProps {
  filter: Filter;
  onNarrow: (filter: Filter) => void;
  children: ComponentChildren;
}

export function Filters({ filter, onNarrow, children }: FiltersProps) {
  return (
    <search class="tools">
      <div class="tools__wide">
        <TextField
          label={t("admin.search")}
          type="search"
          maxLength={parley.state.limits?.search_chars_max}
          value={filter.q}
          onInput={(event) => onNarrow({ ...filter, q: event.currentTarget.value })}
        />
      </div>
      <Select
        label={t("admin.role")}
        value={filter.role}
        onChange={(event) => onNarrow({ ...filter, role: event.currentTarget.value as Filter["role"] })}
      >
        <option value="">{t("admin.every_role")}</option>
        {ROLES.map((role) => (
          <option key={role} value={role}>
            {t(`admin.role_${role}`)}
          </option>
        ))}
        <option value="service">{t("admin.kind_services")}</option>
      </Select>
      <Select
        label={t("admin.status")}
        value={filter.status}
        onChange={(event) => onNarrow({ ...filter, status: event.currentTarget.value as Filter["status"] })}
      >
        <option value="all">{t("admin.every_status")}</option>
        <option value="online">{t("status.online")}</option>
        <option value="offline">{t("status.offline")}</option>
      </Select>
      <div class="tools__end">{children}</div>
    </search>
  );
}
