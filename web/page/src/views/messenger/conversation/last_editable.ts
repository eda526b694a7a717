/** The last message of one's own that may still be edited, of those that are here. */
import type { Message } from "parley-client";
import { parley } from "../../../parley.ts";
import { rightsNow } from "./toolbar.tsx";

export function lastEditable(conversationId: string): Message | undefined {
  return parley.state.threads.get(conversationId)?.messages.findLast((message) => rightsNow(message).edit);
}
