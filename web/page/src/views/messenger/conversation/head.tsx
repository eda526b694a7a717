/** Who this is with and how they are; what can be done with the conversation as a whole. */
import type { Conversation } from "parley-client";
import { useEffect } from "preact/hooks";
import { parley, useParley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { refusalOf, refusalText } from "../../../text/refusal.ts";
import { IconButton } from "../../../ui/button.tsx";
import { Avatar } from "../../../ui/marks.tsx";
import { toast } from "../../../ui/toast.tsx";
import { editGroup } from "../groups/edit.ts";
import { isLeader, shownStatusOf } from "../naming.ts";
import { openSearch } from "../search/open.ts";
import { show } from "../watching.ts";
import "./head.css";
import { useKnown } from "./names.ts";
import { presenceText } from "./presence.ts";

interface HeadProps {
  conversation: Conversation | undefined;
  otherId: string | undefined;
  name: string;
  areMembersShown: boolean;
  onMembers: () => void;
}

export function Head({ conversation, otherId, name, areMembersShown, onMembers }: HeadProps) {
  const person = useParley((state) => (otherId === undefined ? undefined : state.people.get(otherId)));
  const mayEdit = useParley(isLeader) && conversation?.kind === "group";
  useKnown(otherId === undefined ? [] : [otherId]);
  useEffect(() => show("conversation", otherId === undefined ? [] : [otherId]), [otherId]);

  function change(what: { muted: boolean } | { pinned: boolean }) {
    if (!conversation) return;
    parley
      .ask("conversation.update", { conversation_id: conversation.conversation_id, ...what })
      .catch((error) => toast(refusalText(refusalOf(error)), { isError: true }));
  }

  return (
    <header class="head">
      <Avatar
        id={otherId ?? conversation?.conversation_id ?? ""}
        name={name}
        group={conversation?.kind === "group"}
        {...(otherId !== undefined && { status: shownStatusOf(person) })}
      />
      <div class="head__who">
        <h2 class="head__name">
          <bdi>{name}</bdi>
        </h2>
        <p class="head__how">
          {otherId !== undefined
            ? presenceText(person)
            : conversation && t("conversation.members", { count: conversation.member_count })}
        </p>
      </div>
      {conversation && (
        <div class="head__do">
          <IconButton
            icon="search"
            label={t("head.search")}
            onClick={() => openSearch({ conversationId: conversation.conversation_id })}
          />
          {conversation.kind === "group" && (
            <IconButton icon="people" label={t("head.members")} pressed={areMembersShown} onClick={onMembers} />
          )}
          {mayEdit && <IconButton icon="edit" label={t("head.edit_group")} onClick={() => editGroup(conversation)} />}
          <IconButton
            icon={conversation.muted ? "mute" : "bell"}
            label={t("head.mute")}
            pressed={conversation.muted ?? false}
            onClick={() => change({ muted: !conversation.muted })}
          />
          <IconButton
            icon="pin"
            label={t("head.pin")}
            pressed={conversation.pinned ?? false}
            onClick={() => change({ pinned: !conversation.pinned })}
          />
        </div>
      )}
    </header>
  );
}
