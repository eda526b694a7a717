/** People as a table of thousands of rows, of which those that are seen are there. */
import type { User } from "parley-client";
import { useRef } from "preact/hooks";
import { Virtualizer } from "virtua";
import { t } from "../../../text/index.ts";
import { Button } from "../../../ui/button.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { Line, PersonRow } from "./row.tsx";
import "./table.css";
import { unlock } from "./unlock.ts";

interface TableProps {
  people: readonly User[];
  isAll: boolean;
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
  shownId: string | undefined;
  onShow: (userId: string) => void;
  onAddToGroup: () => void;
  /** Somebody is another now. */
  onChanged: (user: User) => void;
}

const COLUMNS = ["name", "login", "role", "email", "status", "state"] as const;
/** As in table.css. */
const HEAD_PX = 36;
const ROW_PX = 52;

export function PeopleTable({ people, isAll, chosen, onChoose, shownId, onShow, onAddToGroup, onChanged }: TableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const isEvery = people.length > 0 && people.every((one) => chosen.has(one.user_id));

  function turn(userId: string) {
    const next = new Set(chosen);
    if (!next.delete(userId)) next.add(userId);
    onChoose(next);
  }

  return (
    <section class="people__list card">
      <div class="people__count">
        {chosen.size > 0 ? (
          <>
            <span>{t("admin.chosen", { count: chosen.size })}</span>
            <Button icon="people" onClick={onAddToGroup}>
              {t("admin.add_to_group")}
            </Button>
            <Button kind="quiet" onClick={() => onChoose(new Set())}>
              {t("admin.choose_none")}
            </Button>
          </>
        ) : (
          <>
            <span role="status">
              {(isAll || people.length > 0) && t("admin.people_count", { count: people.length })}
            </span>
            {!isAll && <Spinner />}
          </>
        )}
      </div>
      <div class="people__scroller" ref={scroller}>
        <table class="table" aria-label={t("admin.part_people")} aria-rowcount={isAll ? people.length + 1 : -1}>
          <thead>
            <tr class="table__row table__row--head">
              <th scope="col">
                <input
                  type="checkbox"
                  aria-label={t("admin.choose_all")}
                  checked={isEvery}
                  onChange={() => onChoose(new Set(isEvery ? [] : people.map((one) => one.user_id)))}
                />
              </th>
              {COLUMNS.map((column) => (
                <th key={column} scope="col" {...(column === "name" && { "aria-sort": "ascending" as const })}>
                  {t(`admin.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <Virtualizer
            as="tbody"
            item={Line}
            scrollRef={scroller}
            startMargin={HEAD_PX}
            itemSize={ROW_PX}
            data={people}
          >
            {(one) => (
              <PersonRow
                key={one.user_id}
                user={one}
                isChosen={chosen.has(one.user_id)}
                isShown={one.user_id === shownId}
                onTurn={() => turn(one.user_id)}
                onShow={() => onShow(one.user_id)}
                onUnlock={async () => onChanged(await unlock(one))}
              />
            )}
          </Virtualizer>
        </table>
        {isAll && people.length === 0 && <p class="empty">{t("admin.nobody")}</p>}
      </div>
    </section>
  );
}
