/** What a person is told when they log in, and what has happened since: a line each, until it is dismissed. */
import type { Notice } from "parley-client";
import { useState } from "preact/hooks";
import { parley, useParley } from "../../parley.ts";
import { t } from "../../text/index.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { AddedToGroups } from "./added.tsx";
import { ChangePassword } from "./change-password.tsx";
import { Connections } from "./connections.tsx";
import { dismissed, dismissHere, signOf } from "./dismissed.ts";
import { noticeText } from "./notice-text.ts";
import "./notices.css";

const SHOWN_MAX = 3;
const ADDED = "added_to_group";
const CONNECTIONS = ["connection_lost", "connection_restored"] as const;

export function Notices() {
  const all = useParley((state) => state.notices);
  const people = useParley((state) => state.people);
  const [, draw] = useState(0);
  const [changing, change] = useState<Notice>();
  const there = all.filter((notice) => !dismissed(notice));
  const added = there.filter((notice) => notice.code === ADDED);
  const together = CONNECTIONS.map((code) => ({ code, notices: there.filter((notice) => notice.code === code) }));
  const isAlone = ({ code }: Notice) => code !== ADDED && CONNECTIONS.every((one) => one !== code);
  const shown = there.filter(isAlone).slice(0, SHOWN_MAX);

  function dismiss(...notices: readonly Notice[]) {
    for (const notice of notices) {
      dismissHere(notice);
      // gone for good, at every device; where it cannot be told now, it is back at the next log-in
      if (notice.notice_id) parley.ask("notice.dismiss", { notice_id: notice.notice_id }).catch(() => undefined);
    }
    draw((count) => count + 1);
  }

  return (
    <>
      {shown.map((notice) => (
        <Banner
          key={signOf(notice)}
          severity={notice.severity}
          onDismiss={() => dismiss(notice)}
          action={
            (notice.code === "password_expiring" || notice.code === "session_key_reused") && (
              <Button onClick={() => change(notice)}>{t("notice.change_now")}</Button>
            )
          }
        >
          {noticeText(notice, (userId) => people.get(userId)?.user.name)}
        </Banner>
      ))}
      {together.map(
        ({ code, notices }) =>
          notices.length > 0 && <Connections key={code} code={code} notices={notices} onDismiss={dismiss} />,
      )}
      {added.length > 0 && <AddedToGroups notices={added} onDismiss={dismiss} />}
      {changing && <ChangePassword onClose={() => change(undefined)} onDone={() => dismiss(changing)} />}
    </>
  );
}
