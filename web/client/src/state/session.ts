/** Who is logged in here. Somebody else starts with nothing of whoever was here before. */
import type { Notice, User } from "../../../contract/index.ts";
import type { Input } from "./inputs.ts";
import { accountNotices } from "./notices.ts";
import { knowUsers } from "./people.ts";
import { me, NOBODY, type Whole } from "./whole.ts";

export function enter(whole: Whole, user: User, notices: readonly Notice[], at: number): Whole {
  const before =
    me(whole) === user.user_id ? whole : { ...NOBODY, connection: { phase: "reconnecting", since: at } as const };
  return accountNotices(as(before, user), notices);
}

/** As the server says now: a name or a role may have changed. */
export function as(whole: Whole, user: User): Whole {
  const known = whole.session.phase === "in" ? whole.session.user : undefined;
  const same = known !== undefined && JSON.stringify(known) === JSON.stringify(user);
  return knowUsers(same ? whole : { ...whole, session: { phase: "in", user } }, [user]);
}

export function leave({ why, reason, at }: Extract<Input, { kind: "left" }>): Whole {
  const session = {
    phase: "out" as const,
    ...(why === undefined ? {} : { why }),
    ...(reason === undefined ? {} : { reason }),
  };
  return { ...NOBODY, session, connection: { phase: "offline", since: at } };
}
