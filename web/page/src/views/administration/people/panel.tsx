/** One person beside the table: who they are, and what can be done about them. */
import type { User } from "parley-client";
import { useEffect, useRef, useState } from "preact/hooks";
import { parley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { refusalOf, refusalText } from "../../../text/refusal.ts";
import { moment } from "../../../text/time.ts";
import { Banner } from "../../../ui/banner.tsx";
import { IconButton } from "../../../ui/button.tsx";
import { Avatar } from "../../../ui/marks.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { PersonActions } from "./actions.tsx";
import { State } from "./state.tsx";
import "./panel.css";

interface PanelProps {
  me: User;
  userId: string;
  onClose: () => void;
  /** `link`: an invitation that is handed over once. */
  onChanged: (user: User, link?: string) => void;
  /** As they are now, a lock included, which no listing says. */
  onSeen: (user: User) => void;
  onCopy: (like: User) => void;
}

export function PersonPanel({ me, userId, onClose, onChanged, onSeen, onCopy }: PanelProps) {
  const [user, know] = useState<User>();
  const [problem, tell] = useState<string>();
  const head = useRef<HTMLHeadingElement>(null);

  async function load() {
    try {
      const { user: seen } = await parley.ask("user.get", { user_id: userId });
      know(seen);
      onSeen(seen);
      tell(undefined);
    } catch (thrown) {
      tell(refusalText(refusalOf(thrown)));
    }
  }
  useEffect(() => void load(), [userId]);
  useEffect(() => {
    const before = document.activeElement;
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  useEffect(() => head.current?.focus(), [user?.user_id]);

  const isBot = user?.kind === "service";
  return (
    <aside class="panel card" aria-label={user?.name ?? t("admin.person")}>
      <div class="panel__close">
        <IconButton icon="close" label={t("action.close")} onClick={onClose} />
      </div>
      {problem && <Banner severity="error">{problem}</Banner>}
      {!user && !problem && <Spinner />}
      {user && (
        <>
          <div class="panel__who">
            <Avatar id={user.user_id} name={user.name} />
            <h2 ref={head} tabIndex={-1}>
              {user.name}
            </h2>
            <State user={user} />
          </div>
          <dl class="facts">
            <Fact name={t("admin.login")} value={user.login} />
            <Fact name={t("admin.role")} value={t(isBot ? "admin.kind_service" : `admin.role_${user.role}`)} />
            {!isBot && (
              <>
                <Fact name={t("admin.email")} value={user.email} />
                <Fact name={t("admin.status")} value={t(`status.${user.status ?? "offline"}`)} />
                <Fact name={t("admin.last_seen")} value={user.last_seen_at && moment(user.last_seen_at)} />
              </>
            )}
            <Fact name={t("admin.created_at")} value={user.created_at && moment(user.created_at)} />
          </dl>
          <PersonActions
            me={me}
            user={user}
            onCopy={() => onCopy(user)}
            onChanged={(changed, link) => {
              know(changed);
              onChanged(changed, link);
            }}
            onStale={load}
          />
        </>
      )}
    </aside>
  );
}

export function Fact({ name, value }: { name: string; value: string | undefined }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value || "–"}</dd>
    </div>
  );
}
