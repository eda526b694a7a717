/** An update of a group replaces its members: who belongs already is read first, page by page, and stays. */
import type { Conversation } from "parley-client";
import { parley } from "../../../parley.ts";

const PAGE = 200;

/** How many are new in it. */
export async function addMembers({ conversation_id }: Conversation, userIds: readonly string[]): Promise<number> {
  const members = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await parley.ask("member.list", { conversation_id, limit: PAGE, ...(cursor && { cursor }) });
    for (const id of page.member_ids) members.add(id);
    cursor = page.next_cursor;
  } while (cursor);
  const before = members.size;
  for (const id of userIds) members.add(id);
  if (members.size > before) await parley.ask("group.update", { conversation_id, member_ids: [...members] });
  return members.size - before;
}
