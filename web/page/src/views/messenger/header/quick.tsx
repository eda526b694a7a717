/** What one wants now and then, from everywhere. */

import { useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { showKeys } from "../../../keys/index.tsx";
import { useLate } from "../../../late.ts";
import { useParley } from "../../../parley.ts";
import { allowNotifications, notifications } from "../../../telling/permission.ts";
import { sound } from "../../../telling/sound.ts";
import { LANGUAGES, type Language, language, speak, t } from "../../../text/index.ts";
import { useSignal } from "../../../text/use-signal.ts";
import { Icon } from "../../../ui/icon.tsx";
import { Menu, type MenuItem } from "../../../ui/menu.tsx";
import { THEMES, theme } from "../../../ui/theme.ts";
import { newGroup } from "../groups/edit.ts";
import { isLeader } from "../naming.ts";

const loadPassword = async () => ({ default: (await import("../../account/change-password.tsx")).ChangePassword });
const loadMail = async () => ({ default: (await import("../../account/mail.tsx")).Mail });
const loadSessions = async () => ({ default: (await import("../../account/sessions.tsx")).Sessions });

export function Quick() {
  const { route } = useLocation();
  const mayLead = useParley(isLeader);
  const [isChanging, change] = useState(false);
  const [areSessionsShown, showSessions] = useState(false);
  const ChangePassword = useLate(loadPassword, isChanging, () => change(false));
  const [isMailShown, showMail] = useState(false);
  const Mail = useLate(loadMail, isMailShown, () => showMail(false));
  const Sessions = useLate(loadSessions, areSessionsShown, () => showSessions(false));
  const look = useSignal(theme);
  const isTold = useSignal(notifications) === "on";
  const isHeard = useSignal(sound);

  const items: MenuItem[] = [
    ...(mayLead
      ? [
          { label: t("quick.new_group"), icon: "people" as const, onChoose: () => newGroup() },
          { label: t("quick.administration"), icon: "gear" as const, onChoose: () => route("/administration/people") },
        ]
      : []),
    { label: t("quick.password"), icon: "key", onChoose: () => change(true) },
    { label: t("quick.sessions"), icon: "person", onChoose: () => showSessions(true) },
    { label: t("quick.mail"), icon: "mail", onChoose: () => showMail(true) },
    { label: t("quick.keyboard"), icon: "keyboard", onChoose: showKeys },
    { label: t("quick.notifications"), checked: isTold, apart: true, onChoose: () => void allowNotifications(!isTold) },
    { label: t("quick.sound"), checked: isHeard, onChoose: () => sound.set(!isHeard) },
    ...Object.entries(LANGUAGES).map(([id, label], at) => ({
      label,
      checked: id === language.get(),
      apart: at === 0,
      section: t("quick.language"),
      onChoose: () => void speak(id as Language, true),
    })),
    ...THEMES.map((id, at) => ({
      label: t(`quick.${id}`),
      checked: id === look,
      apart: at === 0,
      section: t("quick.theme"),
      onChoose: () => theme.set(id),
    })),
  ];
  return (
    <>
      <Menu label={t("header.quick")} items={items} class="quick-menu">
        <Icon name="more" size={22} />
      </Menu>
      {isChanging && ChangePassword && <ChangePassword onClose={() => change(false)} />}
      {isMailShown && Mail && <Mail onClose={() => showMail(false)} />}
      {areSessionsShown && Sessions && <Sessions onClose={() => showSessions(false)} />}
    </>
  );
}
