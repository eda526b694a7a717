/** Groups, made, changed and deleted by the messenger's own dialogs: all of them for administrators, else one's own. */
import type { User } from "parley-client";
import { useState } from "preact/hooks";
import { parley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { Button } from "../../../ui/button.tsx";
import { TextField } from "../../../ui/field.tsx";
import { newGroup } from "../../messenger/groups/edit.ts";
import { GroupTable } from "./table.tsx";
import { useAllGroups } from "./use-all-groups.ts";
import { useGroups } from "./use-groups.ts";

interface OfQuery {
  q: string;
}

export function GroupsPart({ me }: { me: User }) {
  const [sought, seek] = useState("");
  const Groups = me.role === "admin" ? AllGroups : OwnGroups;
  return (
    <>
      <search class="tools">
        <div class="tools__wide">
          <TextField
            label={t("admin.search_group")}
            type="search"
            maxLength={parley.state.limits?.search_chars_max}
            value={sought}
            onInput={(event) => seek(event.currentTarget.value)}
          />
        </div>
        <div class="tools__end">
          <Button kind="primary" icon="plus" onClick={() => newGroup()}>
            {t("admin.new_group")}
          </Button>
        </div>
      </search>
      <Groups q={sought.trim()} />
    </>
  );
}

function AllGroups({ q }: OfQuery) {
  return <GroupTable about={t("admin.groups_all")} {...useAllGroups(q)} />;
}

function OwnGroups({ q }: OfQuery) {
  return <GroupTable about={t("admin.groups_about")} {...useGroups(q)} />;
}
