/** What asks before it does, and what shows more: of one message. */
import type { Conversation } from "parley-client";
import { DeleteDialog } from "./delete.tsx";
import { Readers } from "./readers.tsx";
import type { Asked } from "./use_actions.ts";

interface DialogsProps {
  asked: Asked | undefined;
  conversation: Conversation | undefined;
  onClose: () => void;
}

export function Dialogs({ asked, conversation, onClose }: DialogsProps) {
  if (asked?.what === "delete") return <DeleteDialog message={asked.message} onClose={onClose} />;
  if (asked?.what === "readers" && conversation) {
    return <Readers message={asked.message} conversation={conversation} onClose={onClose} />;
  }
  return null;
}
