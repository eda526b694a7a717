import type { Conversation } from "parley-client";
import { useCallback, useState } from "preact/hooks";
import { useParley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { myId, nameOf, titleOf } from "../naming.ts";
import { Announcer } from "./announcer.tsx";
import { Composer } from "./composer.tsx";
import "./conversation.css";
import { Dialogs } from "./dialogs.tsx";
import { Head } from "./head.tsx";
import { Members } from "./members.tsx";
import { Messages } from "./messages.tsx";
import { Nothing } from "./nothing.tsx";
import { useOpening } from "./opening.ts";
import { useReading } from "./reading.ts";
import { useRows } from "./rows.ts";
import { TypingLine } from "./typing.tsx";
import { useActions } from "./use_actions.ts";

interface TalkProps {
  place: string;
  conversationId: string | undefined;
  /** Of a direct one, the other person. */
  otherId: string | undefined;
}

export function Talk({ place, conversationId, otherId }: TalkProps) {
  const conversation = useParley((state) =>
    conversationId === undefined ? undefined : state.conversations.get(conversationId),
  );
  const thread = useParley((state) => (conversationId === undefined ? undefined : state.threads.get(conversationId)));
  const name = useParley((state) =>
    otherId ? nameOf(state, otherId) : conversation ? titleOf(state, conversation) : "",
  );
  const meId = useParley(myId);
  const opening = useOpening(conversationId);
  const reading = useReading(conversation, thread);
  const { actions, mode, setMode, asked, ask } = useActions(conversationId, opening.jumpTo, reading.hold);
  const { rows, today } = useRows({ conversation, thread, otherId, meId, newFrom: reading.newFrom });
  const isGone =
    opening.failure?.code === "not_found" || (!opening.isLoading && isMissing(conversationId, conversation));
  const [areMembersShown, showMembers] = useState(false);
  const closeMembers = useCallback(() => showMembers(false), []);
  const toggleMembers = useCallback(() => showMembers((shown) => !shown), []);
  const sent = useCallback(() => {
    reading.wrote();
    opening.toLatest();
  }, [reading.wrote, opening.toLatest]);

  return (
    <section class="conversation" aria-label={t("conversation.label", { name })}>
      <div class="conversation__main">
        <Head
          conversation={conversation}
          otherId={otherId}
          name={name}
          areMembersShown={areMembersShown}
          onMembers={toggleMembers}
        />
        {thread && conversationId !== undefined && rows.length > 0 && !isGone ? (
          <Messages
            conversationId={conversationId}
            meId={meId}
            rows={rows}
            thread={thread}
            actions={actions}
            unread={conversation?.unread ?? 0}
            today={today}
            target={opening.target}
            onEnd={reading.atEnd}
            onLatest={opening.toLatest}
            name={name}
          />
        ) : (
          <Nothing
            name={name}
            otherId={otherId}
            groupId={conversation?.kind === "group" ? conversation.conversation_id : undefined}
            failure={isGone ? "not_found" : opening.failure?.code}
            isLoading={opening.isLoading}
            rows={rows}
          />
        )}
        <Announcer conversationId={conversationId} />
        <TypingLine conversationId={conversationId} />
        {!isGone && (
          <Composer
            place={place}
            conversationId={conversationId}
            otherId={otherId}
            name={name}
            mode={mode}
            setMode={setMode}
            mayWrite={conversation?.may_write !== false}
            onSent={sent}
          />
        )}
      </div>
      {areMembersShown && conversation?.kind === "group" && (
        <Members conversation={conversation} onClose={closeMembers} />
      )}
      <Dialogs asked={asked} onClose={() => ask(undefined)} conversation={conversation} />
    </section>
  );
}

/** It was deleted, or one was removed from it, while it was open. */
function isMissing(conversationId: string | undefined, conversation: Conversation | undefined): boolean {
  return conversationId !== undefined && conversation === undefined;
}
