/** Ada, live, with nothing. */
import type { Conversation, Ready } from "../../../contract/index.ts";
import { reduce } from "../../src/state/reduce.ts";
import { NOBODY, type Whole } from "../../src/state/whole.ts";
import { ada, at, grace, linus } from "../people.ts";

export function readyBody(more: Partial<Ready> = {}): Ready {
  const snapshot = { conversations: [], unread: { total: 0, conversations: [] } };
  return { user: ada, cursor: "1", recovered: false, server_time: at(0), notices: [], snapshot, ...more };
}

export function arrived(...conversations: Conversation[]): Whole {
  const entered = reduce(NOBODY, { kind: "entered", user: ada, notices: [], at: 0 });
  const answered = { name: "user.list", request: {}, answer: { users: [grace, linus] } } as const;
  const known = reduce(entered, {
    kind: "answered",
    answered: { ...answered, answer: { users: [...answered.answer.users] } },
    asked: entered,
    at: 0,
  });
  const snapshot = { conversations, unread: { total: 0, conversations: [] } };
  return reduce(known, { kind: "pushed", push: { name: "ready", body: readyBody({ snapshot }) }, at: 1 });
}
