/** Notices that this browser's session does not show again. The next day's count is another notice. */
import type { Notice } from "parley-client";

const KEPT_AS = "parley.dismissed";

export function signOf(notice: Notice): string {
  return notice.notice_id ?? `${notice.code} ${notice.days_left ?? ""}`;
}

export function dismissed(notice: Notice): boolean {
  return kept().includes(signOf(notice));
}

export function dismissHere(notice: Notice): void {
  sessionStorage.setItem(KEPT_AS, JSON.stringify([...kept(), signOf(notice)]));
}

function kept(): string[] {
  return JSON.parse(sessionStorage.getItem(KEPT_AS) ?? "[]") as string[];
}
