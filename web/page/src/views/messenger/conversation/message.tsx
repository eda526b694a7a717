/** One row: a message, or what was written and is not acknowledged; drawn anew only when the row is another one. */
import type { Message } from "parley-client";
import { memo } from "preact/compat";
import { useState } from "preact/hooks";
import { useParley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { Icon } from "../../../ui/icon.tsx";
import { Avatar } from "../../../ui/marks.tsx";
import { changeInWords } from "../change.ts";
import type { Actions } from "./actions.ts";
import type { Row } from "./items.ts";
import "./message.css";
import { MarkSign } from "./mark.tsx";
import { useKnown, useName } from "./names.ts";
import { Unsent } from "./pending.tsx";
import { Quote } from "./quote.tsx";
import { Text } from "./text.tsx";
import { dayLine, timeOf, wholeOf } from "./times.ts";
import { Toolbar } from "./toolbar.tsx";

interface RowProps {
  row: Row;
  conversationId: string;
  meId: string;
  actions: Actions;
  /** The one that Tab leads to. */
  isCurrent: boolean;
  /** Somebody just jumped to it. */
  isSought: boolean;
  /** One more each midnight: what is called today changes. */
  today: number;
}

export const MessageRow = memo(function MessageRow(props: RowProps) {
  const { row, isSought, isCurrent } = props;
  const [isPointed, point] = useState(false);
  return (
    <div class="row-of-messages">
      {row.day && (
        <div class="day-line">
          <span>{dayLine(row.day)}</span>
        </div>
      )}
      {row.isNew && (
        <div class="new-line">
          <span>{t("conversation.new")}</span>
        </div>
      )}
      <article
        class={`message ${row.isFollowing ? "message--following" : ""} ${isSought ? "message--sought" : ""}`}
        data-key={row.key}
        {...(row.message && { "data-seq": row.message.seq })}
        aria-labelledby={row.message?.change ? `${row.key}-what` : `${row.key}-who ${row.key}-what`}
        tabIndex={isCurrent ? 0 : -1}
        onMouseEnter={() => point(true)}
        onMouseLeave={(event) => point(event.currentTarget.contains(document.activeElement))}
        onFocusIn={() => point(true)}
        onFocusOut={(event) => {
          if (!event.currentTarget.contains(event.relatedTarget as Node | null)) point(false);
        }}
      >
        {row.message?.change ? <Change id={row.key} message={row.message} /> : <Said {...props} />}
        {isPointed && row.message && <Toolbar message={row.message} actions={props.actions} />}
      </article>
    </div>
  );
});

function Change({ id, message }: { id: string; message: Message }) {
  const { added = [], removed = [] } = message.change ?? {};
  useKnown([message.sender_id, ...added, ...removed]);
  const words = useParley((state) => changeInWords(state, message));
  return (
    <p class="message__change" id={`${id}-what`} dir="auto">
      {words || message.text} <Time at={message.sent_at} />
    </p>
  );
}

function Said({ row, conversationId, meId, actions }: RowProps) {
  const senderId = row.message?.sender_id ?? meId;
  const name = useName(senderId);
  const at = row.message?.sent_at ?? row.pending?.writtenAt ?? 0;
  const replyTo = row.message?.deleted_at ? undefined : (row.message?.reply_to_seq ?? row.pending?.replyToSeq);
  return (
    <>
      <div class="message__side">{row.isFollowing ? <Time at={at} /> : <Avatar id={senderId} name={name} />}</div>
      <div class="message__main">
        <h3 class={row.isFollowing ? "only-read" : "message__head"} id={`${row.key}-who`}>
          <span class="message__name" dir="auto">
            {name}
          </span>
          {!row.isFollowing && <Time at={at} />}
        </h3>
        {replyTo !== undefined && <Quote conversationId={conversationId} seq={replyTo} onJump={actions.jumpTo} />}
        <div id={`${row.key}-what`}>
          {row.message ? <Body message={row.message} /> : <Text text={row.pending?.text ?? ""} />}
        </div>
        {row.pending && <Unsent pending={row.pending} />}
      </div>
      {row.mark && row.message && <MarkSign mark={row.mark} message={row.message} onShow={actions.showReaders} />}
    </>
  );
}

function Body({ message }: { message: Message }) {
  if (message.deleted_at) {
    const byOther = message.deleted_by && message.deleted_by !== message.sender_id;
    return (
      <p class="message__gone">
        <Icon name="trash" size={14} /> {t(byOther ? "message.deleted_by_admin" : "message.deleted")}
      </p>
    );
  }
  return (
    <>
      <Text text={message.text} />
      {message.edited_at && (
        <span class="message__edited" title={t("message.edited_at", { time: wholeOf(message.edited_at) })}>
          {t("message.edited")}
        </span>
      )}
    </>
  );
}

function Time({ at }: { at: string | number }) {
  return (
    <time class="message__time" dateTime={new Date(at).toISOString()} title={wholeOf(at)}>
      {timeOf(at)}
    </time>
  );
}
