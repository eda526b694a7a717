/** The message that another one replies to, in a line; a click leads to it. */
import type { Message, State } from "parley-client";
import { useEffect, useState } from "preact/hooks";
import { parley, useParley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { Icon } from "../../../ui/icon.tsx";
import { myId } from "../naming.ts";
import { useName } from "./names.ts";

/** Those that were looked up because they are further back than what is here; without a message: not to be seen. */
const lookedUp = new Map<string, { at: number; message: Message | undefined }>();
/** They may be edited or deleted, of which nothing is told here. */
const KNOWN_FOR_MS = 60_000;

interface QuoteProps {
  conversationId: string;
  seq: number;
  onJump: (seq: number) => void;
}

export function Quote({ conversationId, seq, onJump }: QuoteProps) {
  const message = useMessage(conversationId, seq);
  if (!message) return <p class="quote quote--gone">{t("message.quote_missing")}</p>;
  return (
    <button type="button" class="quote" onClick={() => onJump(seq)} title={t("message.quote_jump")}>
      <Icon name="reply" size={14} />
      <QuoteLine message={message} />
    </button>
  );
}

export function QuoteLine({ message }: { message: Message }) {
  const name = useName(message.sender_id);
  return (
    <>
      <b class="quote__name">{name}</b>{" "}
      <span class="quote__text" dir="auto">
        {message.deleted_at ? t("message.deleted") : message.text.slice(0, 200)}
      </span>
    </>
  );
}

export function messageAt(state: State, conversationId: string, seq: number): Message | undefined {
  const messages = state.threads.get(conversationId)?.messages;
  return messages?.[seq - (messages[0]?.seq ?? 0)];
}

function useMessage(conversationId: string, seq: number): Message | undefined {
  const here = useParley((state) => messageAt(state, conversationId, seq));
  const key = `${useParley(myId)} ${conversationId} ${seq}`;
  const [, draw] = useState(0);
  useEffect(() => {
    if (here || Date.now() - (lookedUp.get(key)?.at ?? 0) < KNOWN_FOR_MS) return;
    parley
      .ask("message.list", { conversation_id: conversationId, after_seq: seq - 1, limit: 1 })
      .then(({ messages }) => {
        lookedUp.set(key, { at: Date.now(), message: messages[0]?.seq === seq ? messages[0] : undefined });
        draw((count) => count + 1);
      })
      .catch(() => undefined);
  }, [here, key]);
  return here ?? lookedUp.get(key)?.message;
}
