/** A group: its name, who belongs, who writes, what those see who come later. */
import type { Conversation, Refusal } from "parley-client";
import { useId, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { parley, useParley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { fieldErrors, refusalOf, refusalText } from "../../../text/refusal.ts";
import { Banner } from "../../../ui/banner.tsx";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Checkbox, Select, TextField } from "../../../ui/field.tsx";
import { toast } from "../../../ui/toast.tsx";
import { addressOf } from "../chosen.ts";
import { toComposer } from "../composer.ts";
import { myId } from "../naming.ts";
import { Members } from "./members.tsx";
import { requestIds } from "./request-ids.ts";
import { useMembers } from "./use-members.ts";
import "./groups.css";

interface GroupFormProps {
  /** Absent: a new one. */
  group?: Conversation;
  memberIds: readonly string[];
  onClose: () => void;
}

export default function GroupForm({ group, memberIds, onClose }: GroupFormProps) {
  const { route } = useLocation();
  const id = useId();
  const me = useParley(myId);
  const ownerId = group?.owner_id ?? me;
  const [name, setName] = useState(group?.name ?? "");
  const [isWriting, setWriting] = useState(group?.writing_enabled ?? true);
  const [history, setHistory] = useState<"joined" | "everything">(group?.history ?? "joined");
  const members = useMembers(group, memberIds);
  const [isTried, attempt] = useState(false);
  const [isBusy, work] = useState(false);
  const [refusal, refuse] = useState<Refusal>();
  const requestId = useRef(requestIds());
  const nameErrors = isTried && !name.trim() ? [t("group.name_needed")] : fieldErrors(refusal, "name");
  const memberErrors = fieldErrors(refusal, "member_ids");
  const isOfAField = nameErrors.length + memberErrors.length > 0;

  async function submit(event: Event) {
    event.preventDefault();
    attempt(true);
    if (isBusy || !members.areHere || !name.trim()) return;
    work(true);
    refuse(undefined);
    try {
      const saved = await (group ? change(group) : create());
      toast(t(group ? "group.saved" : "group.created", { name: saved.name ?? name }));
      onClose();
      if (group) return;
      route(addressOf({ conversationId: saved.conversation_id }));
      toComposer();
    } catch (thrown) {
      refuse(refusalOf(thrown));
      work(false);
    }
  }

  async function create(): Promise<Conversation> {
    const wanted = { name: name.trim(), member_ids: [...members.ids], writing_enabled: isWriting, history };
    const answer = await parley.ask("group.create", { ...wanted, request_id: requestId.current(wanted) });
    return answer.conversation;
  }

  /** Only what was changed here, so that what others changed meanwhile stays. */
  async function change(group: Conversation): Promise<Conversation> {
    const answer = await parley.ask("group.update", {
      conversation_id: group.conversation_id,
      ...(name.trim() !== group.name && { name: name.trim() }),
      ...(isWriting !== group.writing_enabled && { writing_enabled: isWriting }),
      ...(history !== (group.history ?? "joined") && { history }),
      ...(members.areChanged && { member_ids: [ownerId, ...members.ids] }),
    });
    return answer.conversation;
  }

  return (
    <Dialog
      title={t(group ? "group.edit" : "group.new")}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" form={id} busy={isBusy} disabled={!members.areHere}>
            {t(group ? "action.save" : "group.create")}
          </Button>
        </>
      }
    >
      <form id={id} class="group-form" onSubmit={submit} noValidate>
        {refusal && !isOfAField && <Banner severity="error">{refusalText(refusal)}</Banner>}
        <TextField
          label={t("group.name")}
          value={name}
          maxLength={parley.state.limits?.name_chars_max}
          required
          autofocus
          autocomplete="off"
          errors={nameErrors}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <Members ownerId={ownerId} members={members} errors={memberErrors} />
        <Checkbox
          label={t("group.writing")}
          hint={t("group.writing_hint")}
          checked={isWriting}
          onChange={(event) => setWriting(event.currentTarget.checked)}
        />
        <Select
          label={t("group.history")}
          value={history}
          onChange={(event) => setHistory(event.currentTarget.value as typeof history)}
        >
          <option value="joined">{t("group.history_joined")}</option>
          <option value="everything">{t("group.history_everything")}</option>
        </Select>
      </form>
    </Dialog>
  );
}
