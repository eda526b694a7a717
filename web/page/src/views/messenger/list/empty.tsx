// biome-ignore-all lint/a11y/useSemanticElements: in a grid that is no table
/** Why there is nothing in the list, and the way back to all of it. */
import { useParley } from "../../../parley.ts";
import { type Key, t } from "../../../text/index.ts";
import { Button } from "../../../ui/button.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import type { Wanted } from "./rows.ts";

export function Empty({ wanted, onAll }: { wanted: Wanted; onAll: () => void }) {
  const isHere = useParley((state) => state.allPeople || state.conversations.size > 0);
  return (
    <div role="row" class="list__empty" tabIndex={-1}>
      <div role="gridcell" tabIndex={-1}>
        {isHere ? (
          <>
            <p>{t(why(wanted))}</p>
            {(wanted.typed || wanted.status !== "all") && (
              <Button kind="quiet" onClick={onAll}>
                {t("list.show_all")}
              </Button>
            )}
          </>
        ) : (
          <>
            <Spinner />
            <span class="only-read">{t("app.loading")}</span>
          </>
        )}
      </div>
    </div>
  );
}

function why({ tab, typed, status }: Wanted): Key {
  if (tab === "groups") return typed ? "list.no_group_found" : "list.no_groups";
  if (typed || status === "all") return "list.nobody";
  return `list.nobody_${status}`;
}
