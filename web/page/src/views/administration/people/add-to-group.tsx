/** Those that were chosen in the table become members of a group, besides those who are. */
import type { Conversation } from "parley-client";
import { useId, useState } from "preact/hooks";
import { t } from "../../../text/index.ts";
import { refusalOf, refusalText } from "../../../text/refusal.ts";
import { Banner } from "../../../ui/banner.tsx";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { TextField } from "../../../ui/field.tsx";
import { Avatar } from "../../../ui/marks.tsx";
import { toast } from "../../../ui/toast.tsx";
import { useAllGroups } from "../groups/use-all-groups.ts";
import { type Listed, useGroups } from "../groups/use-groups.ts";
import { addMembers } from "./add-members.ts";
import "./add-to-group.css";

interface AddProps {
  userIds: readonly string[];
  onClose: () => void;
  onDone: () => void;
  /** A group that is not there yet, of these people. */
  onNew: () => void;
}

/** Of all groups for administrators, else of one's own. */
export function AddToGroup({ isAdmin, ...props }: AddProps & { isAdmin: boolean }) {
  return <Choosing {...props} useFound={isAdmin ? useAllGroups : useGroups} />;
}

function Choosing({ userIds, onClose, onDone, onNew, useFound }: AddProps & { useFound: (q: string) => Listed }) {
  const [sought, seek] = useState("");
  const { groups: shown, isBusy, refusal, more } = useFound(sought.trim());
  const [busyId, work] = useState<string>();
  const [problem, tell] = useState<string>();
  const list = useId();

  async function add(group: Conversation) {
    work(group.conversation_id);
    tell(undefined);
    try {
      const count = await addMembers(group, userIds);
      toast(t("admin.added_to_group", { count, name: group.name ?? "" }));
      onDone();
      onClose();
    } catch (thrown) {
      tell(refusalText(refusalOf(thrown)));
      work(undefined);
    }
  }

  return (
    <Dialog
      title={t("admin.add_count_to_group", { count: userIds.length })}
      onClose={onClose}
      actions={
        <>
          <Button icon="plus" onClick={onNew}>
            {t("admin.new_group_of_these")}
          </Button>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
        </>
      }
    >
      {problem && <Banner severity="error">{problem}</Banner>}
      {refusal && <Banner severity="error">{refusalText(refusal)}</Banner>}
      <TextField
        label={t("admin.search_group")}
        type="search"
        autofocus
        aria-controls={list}
        value={sought}
        onInput={(event) => seek(event.currentTarget.value)}
      />
      <ul class="choices" id={list}>
        {shown.map((group) => (
          <li key={group.conversation_id}>
            <button
              type="button"
              class="choices__one"
              aria-busy={busyId === group.conversation_id}
              disabled={busyId !== undefined}
              onClick={() => add(group)}
            >
              <Avatar id={group.conversation_id} name={group.name ?? ""} group />
              <span>{group.name}</span>
              <span class="choices__more">{t("admin.members_count", { count: group.member_count })}</span>
            </button>
          </li>
        ))}
      </ul>
      {more && !isBusy && <Button onClick={more}>{t("admin.more")}</Button>}
      {!isBusy && shown.length === 0 && <p class="empty">{t("admin.no_group")}</p>}
    </Dialog>
  );
}
