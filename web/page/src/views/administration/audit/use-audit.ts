/** The trail by a filter, newest first, a page at a time. */
import type { AuditEntry, ListAudit, Refusal } from "parley-client";
import { useEffect, useState } from "preact/hooks";
import { parley } from "../../../parley.ts";
import { refusalOf } from "../../../text/refusal.ts";

/** As in the form: times are of the person's own clock, without a zone. */
export interface Filter {
  readonly userId: string;
  readonly action: string;
  readonly outcome: string;
  readonly from: string;
  readonly to: string;
}

const PAGE = 50;
interface Trail {
  readonly entries: readonly AuditEntry[];
  readonly next?: string | undefined;
  readonly isBusy: boolean;
  readonly refusal?: Refusal;
}

export function useAudit(filter: Filter) {
  const [trail, show] = useState<Trail>({ entries: [], isBusy: true });
  const [round, again] = useState(0);
  const { userId, action, outcome, from, to } = filter;

  useEffect(() => {
    let isOver = false;
    show({ entries: [], isBusy: true });
    ask(filter).then(
      (page) => isOver || show({ entries: page.entries, next: page.next_cursor, isBusy: false }),
      (thrown) => isOver || show({ entries: [], isBusy: false, refusal: refusalOf(thrown) }),
    );
    return () => {
      isOver = true;
    };
  }, [userId, action, outcome, from, to, round]);

  async function more() {
    if (!trail.next || trail.isBusy) return;
    show({ ...trail, isBusy: true });
    const page = await ask(filter, trail.next).catch((thrown) => refusalOf(thrown));
    show((now) => {
      if (now.next !== trail.next) return now;
      if ("code" in page) return { ...now, isBusy: false, refusal: page };
      return { entries: [...now.entries, ...page.entries], next: page.next_cursor, isBusy: false };
    });
  }

  return { ...trail, more, reload: () => again((count) => count + 1) };
}

function ask({ userId, action, outcome, from, to }: Filter, cursor?: string) {
  const asked: ListAudit = {
    limit: PAGE,
    ...(userId && { user_id: userId }),
    ...(action && { action }),
    ...(outcome && { outcome }),
    ...(from && { after: new Date(from).toISOString() }),
    ...(to && { before: new Date(to).toISOString() }),
    ...(cursor && { cursor }),
  };
  return parley.ask("audit.list", asked);
}
