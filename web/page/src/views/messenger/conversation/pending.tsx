/** Under what was written and is not acknowledged: why it waits, or why it was refused and what can be done. */
import type { Pending } from "parley-client";
import { parley, useParley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { refusalText } from "../../../text/refusal.ts";
import { Icon } from "../../../ui/icon.tsx";

export function Unsent({ pending }: { pending: Pending }) {
  const isConnected = useParley((state) => state.connection.phase === "connected");
  if (pending.phase === "waiting") {
    return (
      <p class="unsent">
        <Icon name="clock" size={14} /> {t(isConnected ? "pending.sending" : "pending.waiting")}
      </p>
    );
  }
  return (
    <div class="unsent unsent--failed" role="alert">
      <Icon name="warning" size={16} />
      <span>{t("pending.failed", { why: pending.refusal ? refusalText(pending.refusal) : "" })}</span>
      <button type="button" class="unsent__do" onClick={() => parley.retry(pending.clientMessageId)}>
        {t("action.retry")}
      </button>
      <button type="button" class="unsent__do" onClick={() => parley.discard(pending.clientMessageId)}>
        {t("pending.discard")}
      </button>
    </div>
  );
}
