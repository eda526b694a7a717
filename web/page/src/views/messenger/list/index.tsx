// biome-ignore-all lint/a11y/useSemanticElements: a table cannot leave out the rows that are not seen
/** People and groups in one list: newest on top, searched by name, chosen by status. */

import { useEffect, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { parley, useParley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { chosenAt } from "../chosen.ts";
import { toComposer } from "../composer.ts";
import { myId, otherOf } from "../naming.ts";
import { show } from "../watching.ts";
import { Empty } from "./empty.tsx";
import { Filter } from "./filter.tsx";
import { useGridKeys } from "./keys.ts";
import { useListKeys } from "./list-keys.ts";
import { Row } from "./row.tsx";
import { RowMenu, type RowMenuPlace } from "./row-menu.tsx";
import { EVERYTHING, rowsOf } from "./rows.ts";
import { useEverybody, useMidnight } from "./use.ts";
import "./list.css";

const ROW_PX = 64;
/** So many rows around what is seen are asked for, so that a short scroll shows nobody without their presence. */
const AROUND = 10;

export function List({ chosen }: { chosen: string }) {
  const { route } = useLocation();
  const [wanted, want] = useState(EVERYTHING);
  const [menu, openMenu] = useState<RowMenuPlace>();
  const rows = useParley((state) => rowsOf(state, wanted));
  const grid = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const keys = useGridKeys(grid, list, rows, chosen, (row, at) => openMenu({ row, ...at }));
  useListKeys(rows, chosen, open);
  useEverybody();
  useMidnight();

  function watchSeen() {
    const seen = list.current;
    if (!seen) return;
    const first = Math.max(0, seen.findItemIndex(seen.scrollOffset) - AROUND);
    const last = seen.findItemIndex(seen.scrollOffset + seen.viewportSize) + AROUND;
    show("list", wanted.status === "all" ? rows.slice(first, last + 1).flatMap(personOf) : "all");
  }
  useEffect(watchSeen, [rows, wanted.status]);

  function open(row: string) {
    route(row);
    choose(row);
  }

  function choose(row: string) {
    keys.setCurrent(row);
    toComposer();
  }

  return (
    <section class="list" aria-label={t("list.label")}>
      <Filter
        wanted={wanted}
        count={rows.length}
        onWant={(next) => {
          want(next);
          list.current?.scrollTo(0);
        }}
        onDown={keys.enter}
        onEnter={() => {
          if (rows[0]) open(rows[0]);
        }}
      />
      <div
        ref={grid}
        id="list"
        class="list__rows"
        role="grid"
        aria-label={t("list.label")}
        aria-rowcount={rows.length}
        aria-colcount={2}
        tabIndex={-1}
        onKeyDown={keys.press}
        onFocusIn={keys.follow}
      >
        {rows.length === 0 ? (
          <Empty wanted={wanted} onAll={() => want({ ...EVERYTHING, tab: wanted.tab })} />
        ) : (
          <Virtualizer
            ref={list}
            data={rows}
            itemSize={ROW_PX}
            keepMounted={[keys.index]}
            onScroll={watchSeen}
            onResize={watchSeen}
          >
            {(row, index) => (
              <Row
                key={row}
                row={row}
                index={index}
                isChosen={row === chosen}
                isCurrent={index === keys.index}
                onChoose={choose}
                onMenu={(of, at) => openMenu({ row: of, ...at })}
              />
            )}
          </Virtualizer>
        )}
      </div>
      {menu && <RowMenu place={menu} chosen={chosen} onClose={() => openMenu(undefined)} />}
    </section>
  );
}

function personOf(row: string): string[] {
  const chosen = chosenAt(row);
  if (!chosen) return [];
  if ("userId" in chosen) return [chosen.userId];
  const one = parley.state.conversations.get(chosen.conversationId);
  const other = one && otherOf(one, myId(parley.state));
  return other ? [other] : [];
}
