/** What is offered on a message follows the server's windows, and not ours. */
import type { Limits, Message, User } from "parley-client";
import { expect, test } from "vitest";
import { rightsOn } from "../src/views/messenger/conversation/rights.ts";

const SENT = Date.UTC(2026, 0, 5, 8, 30);
const ada: User = { user_id: "u_Ada", login: "ada", name: "Ada", role: "agent" };
const message: Message = {
  conversation_id: "d_1",
  seq: 1,
  message_id: "m_1",
  client_message_id: "c_1",
  sender_id: ada.user_id,
  text: "Good morning",
  sent_at: new Date(SENT).toISOString(),
};

function offered(windows: Pick<Limits, "edit_window_s" | "delete_window_s"> | undefined, after_s: number) {
  const { edit, remove } = rightsOn(message, undefined, ada, windows as Limits | undefined, SENT + after_s * 1_000);
  return { edit, remove };
}

test("each within its own time", () => {
  const windows = { edit_window_s: 60, delete_window_s: 120 };
  expect(offered(windows, 59)).toEqual({ edit: true, remove: true });
  expect(offered(windows, 61)).toEqual({ edit: false, remove: true });
  expect(offered(windows, 121)).toEqual({ edit: false, remove: false });
});

test("never where it is never, and always offered where nobody knows", () => {
  expect(offered({ edit_window_s: 0, delete_window_s: 0 }, 0)).toEqual({ edit: false, remove: false });
  expect(offered(undefined, 1_000_000)).toEqual({ edit: true, remove: true });
  expect(offered({}, 1_000_000)).toEqual({ edit: true, remove: true });
});

test("an administrator removes whatever is there, whenever", () => {
  const admin: User = { ...ada, user_id: "u_Root", role: "admin" };
  const limits = { edit_window_s: 0, delete_window_s: 0 } as Limits;
  expect(rightsOn(message, undefined, admin, limits)).toMatchObject({ edit: false, remove: true });
});
