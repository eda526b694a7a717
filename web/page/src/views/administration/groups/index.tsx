/** Groups of whoever looks: made, changed and deleted by the messenger's own dialogs. */

import { useState } from "preact/hooks";
import { t } from "../../../text/index.ts";
import { moment } from "../../../text/time.ts";
import { Button, IconButton } from "../../../ui/button.tsx";
import { TextField } from "../../../ui/field.tsx";
import { Avatar } from "../../../ui/marks.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { deleteGroup, editGroup, newGroup } from "../../messenger/groups/edit.ts";
import { useGroups } from "./use-groups.ts";
import "./groups.css";

export function GroupsPart() {
  const { groups, areAll } = useGroups();
  const [sought, seek] = useState("");
  const wanted = sought.trim().toLocaleLowerCase();
  const shown = groups.filter((one) => (one.name ?? "").toLocaleLowerCase().includes(wanted));
  return (
    <>
      <search class="tools">
        <div class="tools__wide">
          <TextField
            label={t("admin.search_group")}
            type="search"
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
      <p class="group-table__about">{t("admin.groups_about")}</p>
      <section class="group-table card" aria-label={t("admin.part_groups")}>
        {shown.length > 0 && (
          <table>
            <caption class="only-read">{t("admin.part_groups")}</caption>
            <thead>
              <tr>
                <th scope="col">{t("admin.name")}</th>
                <th scope="col">{t("admin.members")}</th>
                <th scope="col">{t("admin.writing")}</th>
                <th scope="col">{t("admin.created_at")}</th>
                <th scope="col">
                  <span class="only-read">{t("admin.actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map((group) => (
                <tr key={group.conversation_id}>
                  <th scope="row">
                    <Avatar id={group.conversation_id} name={group.name ?? ""} group /> {group.name}
                  </th>
                  <td>{group.member_count}</td>
                  <td>{t(group.writing_enabled ? "admin.writing_all" : "admin.writing_owner")}</td>
                  <td>{group.created_at && moment(group.created_at)}</td>
                  <td class="group-table__actions">
                    <IconButton
                      icon="edit"
                      label={t("admin.edit_title", { name: group.name ?? "" })}
                      onClick={() => editGroup(group)}
                    />
                    <IconButton
                      icon="trash"
                      label={t("admin.delete_group", { name: group.name ?? "" })}
                      onClick={() => deleteGroup(group)}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        {!areAll && <Spinner />}
        {areAll && shown.length === 0 && <p class="empty">{t("admin.no_group")}</p>}
      </section>
    </>
  );
}
