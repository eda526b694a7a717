/** Oneself: how one is shown, a note for the others, the way out. */

import { useState } from "preact/hooks";
import { useLate } from "../../../late.ts";
import { parley, useParley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { refusalOf, refusalText } from "../../../text/refusal.ts";
import { Icon } from "../../../ui/icon.tsx";
import { Avatar } from "../../../ui/marks.tsx";
import { Menu, type MenuItem } from "../../../ui/menu.tsx";
import { toast } from "../../../ui/toast.tsx";
import { timeOf } from "../list/when.ts";
import { clearNote, myPresence, setStatus } from "./status.ts";

const loadBusy = () => import("./busy.tsx");
const loadNote = () => import("./note.tsx");

export function Me() {
  const user = useParley((state) => (state.session.phase === "in" ? state.session.user : undefined));
  const presence = useParley(myPresence);
  const [dialog, open] = useState<"busy" | "note">();
  const close = () => open(undefined);
  const Busy = useLate(loadBusy, dialog === "busy", close);
  const Note = useLate(loadNote, dialog === "note", close);
  if (!user) return null;
  const { status, note, status_until: until } = presence;
  const said = t(`status.${status}`);
  const timed = until ? `${said} ${t("me.until", { time: timeOf(new Date(until)) })}` : said;

  const items: MenuItem[] = [
    { label: t("me.online"), checked: status === "online", onChoose: tried(() => setStatus("online")) },
    { label: t("me.away"), checked: status === "away", onChoose: tried(() => setStatus("away")) },
    { label: t("me.busy"), checked: status === "do_not_disturb", onChoose: () => open("busy") },
    {
      label: t(note ? "me.change_note" : "me.note"),
      icon: "edit",
      apart: true,
      onChoose: () => open("note"),
    },
    ...(note ? [{ label: t("me.clear_note"), icon: "close" as const, onChoose: tried(clearNote) }] : []),
    { label: t("me.log_out"), icon: "exit", apart: true, onChoose: tried(() => parley.logOut()) },
  ];
  return (
    <>
      <Menu label={t("header.my_status")} items={items} class="me" isNamedInside>
        <span aria-hidden="true">
          <Avatar id={user.user_id} name={user.name} status={status} />
        </span>
        <span class="only-read">{t("header.my_status")}: </span>
        <span class="me__who">
          <span class="me__name">{user.name}</span>
          <span class="me__status">{note ? `${timed} · ${note}` : timed}</span>
        </span>
        <Icon name="chevron" size={16} />
      </Menu>
      {dialog === "busy" && Busy && <Busy onClose={close} />}
      {dialog === "note" && Note && <Note onClose={close} />}
    </>
  );
}

function tried(does: () => Promise<unknown>): () => void {
  return () => {
    does().catch((thrown) => toast(t("status.failed", { why: refusalText(refusalOf(thrown)) }), { isError: true }));
  };
}
