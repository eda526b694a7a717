/** What there is to say above the form: why one is here, what was refused, what was done. */
import type { Code, Ending, EndReason, Refusal } from "parley-client";
import { type Key, t } from "../../text/index.ts";
import { refusalText } from "../../text/refusal.ts";
import { Banner } from "../../ui/banner.tsx";
import { useSecondsLeft } from "./seconds-left.ts";

/** What heals itself by logging in needs no more explanation than this. */
const WHY: Partial<Record<Code | Ending, Key>> = {
  session_ended: "login.why_ended",
  session_expired: "login.why_expired",
  token_expired: "login.why_expired",
  token_invalid: "login.why_invalid",
  unknown_authorization_format: "login.why_invalid",
  unauthorized: "login.why_invalid",
  account_disabled: "refused.account_disabled",
  password_expired: "login.why_password",
  unavailable: "refused.unavailable",
};

/** What ended a session, where that is known. Whoever logs out by themselves is told nothing but that. */
const ENDED: Partial<Record<EndReason, Key>> = {
  ended: "login.ended_elsewhere",
  ended_by_leader: "login.ended_by_leader",
  token_reused: "login.ended_token_reused",
  password_changed: "login.ended_password_changed",
  password_set: "login.ended_password_set",
  disabled: "refused.account_disabled",
};

interface SaidProps {
  attempt: { readonly refusal: Refusal; readonly until: number } | undefined;
  done?: "password_chosen" | "link_sent" | undefined;
  why: Code | Ending | undefined;
  reason: EndReason | undefined;
  /** Waiting is over. */
  onOver: () => void;
}

export function Said({ attempt, done, why, reason, onOver }: SaidProps) {
  if (attempt?.refusal.code === "too_many_attempts") return <Wait until={attempt.until} onOver={onOver} />;
  if (attempt) return <Banner severity="error">{refusalText(attempt.refusal)}</Banner>;
  if (done) return <Banner severity="info">{t(`login.${done}`)}</Banner>;
  const key = (reason && ENDED[reason]) ?? (why && WHY[why]);
  return key ? <Banner severity={key === "refused.account_disabled" ? "error" : "info"}>{t(key)}</Banner> : null;
}

function Wait({ until, onOver }: { until: number; onOver: () => void }) {
  const left = useSecondsLeft(until, onOver);
  const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  return (
    <Banner severity="error">
      {t("login.locked")} <span aria-hidden="true">{t("login.locked_left", { clock })}</span>
      <span class="only-read">{t("login.locked_minutes", { minutes: Math.ceil(left / 60) })}</span>
    </Banner>
  );
}
