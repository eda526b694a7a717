/**
 * Says that the live feed is broken, and nothing else: two seconds after that is known, until everything missed is here.
 * What brings other answers, or not, has no part in it.
 */
import type { Connection } from "parley-client";
import { useEffect, useRef, useState } from "preact/hooks";
import { useParley } from "../../parley.ts";
import { type Key, t } from "../../text/index.ts";
import { Icon } from "../../ui/icon.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import "./warning.css";

const PATIENCE_MS = 2_000;
const SECOND_MS = 1_000;

const WHY: Partial<Record<NonNullable<Connection["ending"]>, Key>> = {
  draining: "link.lost_server",
  slow_consumer: "link.lost_slow",
  unavailable: "link.lost_unavailable",
};

export function Warning() {
  const connection = useParley((state) => state.connection);
  const brokenSince = useBrokenSince(connection);
  const now = useClock(connection.phase !== "connected");
  const isShown = brokenSince !== undefined && now - brokenSince >= PATIENCE_MS;
  const isBack = connection.phase === "catching_up";
  return (
    <div class="warning" role="status" data-phase={isShown ? connection.phase : "connected"}>
      {isShown && (
        <div class={`warning__line ${isBack ? "warning__line--quiet" : ""}`}>
          {isBack ? <Spinner /> : <Icon name="warning" size={18} />}
          <p>
            {t(what(connection))} {!isBack && t("link.kept")}
          </p>
          {!isBack && (
            <p class="warning__when" aria-hidden="true">
              {when(connection, now)}
            </p>
          )}
        </div>
      )}
    </div>
  );
}

function what({ phase, ending }: Connection): Key {
  if (phase === "catching_up") return "link.catching_up";
  if (phase === "offline") return "link.offline";
  return (ending && WHY[ending]) ?? "link.lost";
}

function when({ phase, retryAt }: Connection, now: number): string {
  if (phase === "offline") return t("link.when_network");
  const seconds = retryAt === undefined ? 0 : Math.ceil((retryAt - now) / SECOND_MS);
  return seconds > 0 ? t("link.trying_in", { seconds }) : t("link.trying");
}

/** Since when it has not been whole, however often it was about to be meanwhile. */
function useBrokenSince(connection: Connection): number | undefined {
  const since = useRef<number | undefined>(undefined);
  if (connection.phase === "connected") since.current = undefined;
  else since.current ??= connection.since;
  return since.current;
}

function useClock(isNeeded: boolean): number {
  const [now, tick] = useState(Date.now());
  useEffect(() => {
    if (!isNeeded) return;
    tick(Date.now());
    const timer = setInterval(() => tick(Date.now()), SECOND_MS / 4);
    return () => clearInterval(timer);
  }, [isNeeded]);
  return now;
}
