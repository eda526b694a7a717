/** What is open is what the address says: `/c/<conversation_id>`, `/p/<user_id>`, else nothing. */
import type { Recipient, State } from "parley-client";
import { directWith } from "./naming.ts";

export function chosenAt(address: string): Recipient | undefined {
  const [, kind, id] = address.split("/");
  if (!id) return undefined;
  if (kind === "c") return { conversationId: decodeURIComponent(id) };
  if (kind === "p") return { userId: decodeURIComponent(id) };
  return undefined;
}

export function addressOf(recipient: Recipient): string {
  return "userId" in recipient
    ? `/p/${encodeURIComponent(recipient.userId)}`
    : `/c/${encodeURIComponent(recipient.conversationId)}`;
}

/** The same address, or the one of the conversation that there is with this person by now. */
export function settled(state: State, address: string): string {
  const chosen = chosenAt(address);
  const conversationId = chosen && "userId" in chosen && directWith(state, chosen.userId);
  return conversationId ? addressOf({ conversationId }) : address;
}
