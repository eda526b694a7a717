/** What a person is to be told. Those with an id wait at the server until they are dismissed; the others are said anew. */
import type { Notice } from "../../../contract/index.ts";
import type { Whole } from "./whole.ts";

/** Of the account, said with each new access token: instead of those said with the one before. */
export function accountNotices(whole: Whole, notices: readonly Notice[]): Whole {
  return shown(whole, [...whole.notices.filter((one) => one.notice_id !== undefined), ...notices]);
}

/** With `ready`: all that wait. */
export function waitingNotices(whole: Whole, notices: readonly Notice[]): Whole {
  return notices.reduce(
    toldNotice,
    shown(
      whole,
      whole.notices.filter((one) => one.notice_id === undefined),
    ),
  );
}

export function toldNotice(whole: Whole, notice: Notice): Whole {
  return shown(whole, [...whole.notices.filter((one) => keyOf(one) !== keyOf(notice)), notice]);
}

export function dismissed(whole: Whole, noticeId: string): Whole {
  return shown(
    whole,
    whole.notices.filter((one) => one.notice_id !== noticeId),
  );
}

function shown(whole: Whole, notices: readonly Notice[]): Whole {
  return JSON.stringify(notices) === JSON.stringify(whole.notices) ? whole : { ...whole, notices };
}

const keyOf = (notice: Notice): string => notice.notice_id ?? `code:${notice.code}`;
