/** Where somebody is logged in, one's own or of whom one may manage, and an end to it. */
import type { Session } from "parley-client";
import { useEffect, useState } from "preact/hooks";
import { parley } from "../../parley.ts";
import { t } from "../../text/index.ts";
import { refusalOf, refusalText } from "../../text/refusal.ts";
import { moment } from "../../text/time.ts";
import { Banner } from "../../ui/banner.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { toast } from "../../ui/toast.tsx";
import { programOf } from "./program.ts";
import "./sessions.css";

interface SessionsProps {
  /** Whose; absent: one's own. */
  of?: { readonly user_id: string; readonly name: string };
  onClose: () => void;
}

export function Sessions({ of, onClose }: SessionsProps) {
  const [sessions, know] = useState<readonly Session[]>();
  const [problem, tell] = useState<string>();
  const [ending, end] = useState<readonly string[]>([]);

  const load = async () => {
    try {
      const answer = await parley.ask("session.list", of ? { user_id: of.user_id } : {});
      know(answer.sessions);
      tell(undefined);
    } catch (thrown) {
      tell(refusalText(refusalOf(thrown)));
    }
  };
  useEffect(() => void load(), [of?.user_id]);

  async function endThese(chosen: readonly Session[]) {
    end(chosen.map((one) => one.session_id));
    try {
      for (const { session_id } of chosen) await parley.ask("session.end", { session_id });
      toast(t("account.session_ended", { count: chosen.length }));
    } catch (thrown) {
      toast(refusalText(refusalOf(thrown)), { isError: true });
    }
    end([]);
    await load();
  }

  const others = sessions?.filter((one) => !one.current) ?? [];
  return (
    <Dialog
      title={of ? t("account.sessions_of", { name: of.name }) : t("account.sessions")}
      onClose={onClose}
      actions={
        <>
          {others.length > 1 && (
            <Button kind="danger" busy={ending.length > 1} onClick={() => endThese(others)}>
              {t(of ? "account.session_end_every" : "account.session_end_all")}
            </Button>
          )}
          <Button onClick={onClose}>{t("action.close")}</Button>
        </>
      }
    >
      <p class="sessions__about">{t(of ? "account.sessions_about_of" : "account.sessions_about")}</p>
      {problem && <Banner severity="error">{problem}</Banner>}
      {!sessions && !problem && <Spinner />}
      {sessions?.length === 0 && <p>{t("account.sessions_none")}</p>}
      <ul class="sessions">
        {sessions?.map((one) => (
          <Row
            key={one.session_id}
            session={one}
            isEnding={ending.includes(one.session_id)}
            onEnd={() => endThese([one])}
          />
        ))}
      </ul>
    </Dialog>
  );
}

function Row({ session, isEnding, onEnd }: { session: Session; isEnding: boolean; onEnd: () => void }) {
  const program = programOf(session.client);
  return (
    <li class="sessions__one">
      <div class="sessions__what">
        <strong title={session.client}>
          {program ? t("account.session_browser", program) : (session.client ?? t("account.session_unknown"))}
        </strong>
        <span>
          {session.address} · {t("account.session_used", { at: moment(session.last_used_at) })}
        </span>
      </div>
      {session.current ? (
        <span class="sessions__current">{t("account.session_current")}</span>
      ) : (
        <Button busy={isEnding} onClick={onEnd}>
          {t("account.session_end")}
        </Button>
      )}
    </li>
  );
}
