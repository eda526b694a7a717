/** People for tests. */
import type { Message, User } from "../../contract/index.ts";

export const person = (name: string, role: User["role"] = "agent"): User => ({
  user_id: `u_${name}`,
  login: name.toLowerCase(),
  name,
  role,
});

export const ada = person("Ada");
export const grace = person("Grace");
export const linus = person("Linus", "user");

export const at = (second: number): string => new Date(Date.UTC(2026, 0, 5, 8, 0, second)).toISOString();

export function message(conversation_id: string, seq: number, sender: User, more: Partial<Message> = {}): Message {
  return {
    conversation_id,
    seq,
    message_id: `m_${conversation_id}_${seq}`,
    client_message_id: `c_${conversation_id}_${seq}`,
    sender_id: sender.user_id,
    text: `${sender.name} ${seq}`,
    sent_at: at(seq),
    ...more,
  };
}
