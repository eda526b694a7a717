import type { Conversation } from "parley-client";
import { t } from "../../../text/index.ts";
import { refusalText } from "../../../text/refusal.ts";
import { moment } from "../../../text/time.ts";
import { Banner } from "../../../ui/banner.tsx";
import { Button, IconButton } from "../../../ui/button.tsx";
import { Avatar } from "../../../ui/marks.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { useName } from "../../messenger/conversation/names.ts";
import { deleteGroup, editGroup } from "../../messenger/groups/edit.ts";
import type { Listed } from "./use-groups.ts";
import "./groups.css";

const COLUMNS = ["name", "owner", "members", "writing", "last_activity"] as const;

export function GroupTable({ about, groups, isBusy, refusal, reload, more }: Listed & { about: string }) {
  return (
    <>
      {refusal && (
        <Banner severity="error" action={<Button onClick={reload}>{t("action.retry")}</Button>}>
          {refusalText(refusal)}
        </Banner>
      )}
      <p class="group-table__about">{about}</p>
      <section class="group-table card" aria-label={t("admin.part_groups")} aria-busy={isBusy}>
        {groups.length > 0 && (
          <table>
            <caption class="only-read">{t("admin.part_groups")}</caption>
            <thead>
              <tr>
                {COLUMNS.map((column) => (
                  <th key={column} scope="col" class={`group-table__${column}`}>
                    {t(`admin.${column}`)}
                  </th>
                ))}
                <th scope="col">
                  <span class="only-read">{t("admin.actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {groups.map((group) => (
                <GroupRow key={group.conversation_id} group={group} />
              ))}
            </tbody>
          </table>
        )}
        {!isBusy && !refusal && groups.length === 0 && <p class="empty">{t("admin.no_group")}</p>}
        <div class="group-table__more">
          {isBusy ? <Spinner /> : more && <Button onClick={more}>{t("admin.more")}</Button>}
        </div>
      </section>
    </>
  );
}

function GroupRow({ group }: { group: Conversation }) {
  const owner = useName(group.owner_id ?? "");
  const { name = "", last_at: at = group.last_message?.sent_at ?? group.created_at } = group;
  return (
    <tr>
      <th scope="row">
        <button type="button" class="group-table__open" onClick={() => editGroup(group)}>
          <Avatar id={group.conversation_id} name={name} group /> <bdi>{name}</bdi>
        </button>
      </th>
      <td class="group-table__owner">
        <bdi>{owner}</bdi>
      </td>
      <td class="group-table__members">{group.member_count}</td>
      <td class="group-table__writing">{t(group.writing_enabled ? "admin.writing_all" : "admin.writing_owner")}</td>
      <td class="group-table__last_activity">{at && moment(at)}</td>
      <td class="group-table__actions">
        <IconButton icon="edit" label={t("admin.edit_title", { name })} onClick={() => editGroup(group)} />
        <IconButton icon="trash" label={t("admin.delete_group", { name })} onClick={() => deleteGroup(group)} />
      </td>
    </tr>
  );
}
