// biome-ignore-all lint/a11y/useSemanticElements: a table cannot leave out the rows that are not seen
/** A person or a group: who it is, how they are, what was said last, how much of it is unread. */
import { useParley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { IconButton } from "../../../ui/button.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { Avatar, Badge } from "../../../ui/marks.tsx";
import { contentsOf, sameContents } from "./contents.ts";
import { whenOf } from "./when.ts";
import "./row.css";

interface RowProps {
  row: string;
  index: number;
  isChosen: boolean;
  /** The one that Tab comes to. */
  isCurrent: boolean;
  onChoose: (row: string) => void;
  onMenu: (row: string, at: { x: number; y: number }) => void;
}

export function Row({ row, index, isChosen, isCurrent, onChoose, onMenu }: RowProps) {
  const contents = useParley((state) => contentsOf(state, row), sameContents);
  if (!contents) return <div class="row" />;
  const { id, name, status, text, tone, sentAt, unread, isGroup, isMuted, isPinned } = contents;
  const hasMenu = row.startsWith("/c/");
  const classes = ["row", isChosen && "row--chosen", unread > 0 && !isMuted && "row--unread", isMuted && "row--muted"];
  return (
    <div
      role="row"
      aria-rowindex={index + 1}
      aria-selected={isChosen}
      class={classes.filter(Boolean).join(" ")}
      data-row={row}
      tabIndex={-1}
      onContextMenu={(event) => {
        if (!hasMenu) return;
        event.preventDefault();
        onMenu(row, { x: event.clientX, y: event.clientY });
      }}
    >
      <div role="gridcell" class="row__main" tabIndex={-1}>
        <a
          href={row}
          class="row__link"
          tabIndex={isCurrent ? 0 : -1}
          onClick={(event) => {
            if (!event.ctrlKey && !event.metaKey && !event.shiftKey) onChoose(row);
          }}
        >
          <Avatar id={id} name={name} status={status} group={isGroup} />
          <span class="row__name">
            <span class="row__text" dir="auto">
              {name}
            </span>
            {contents.isBot && <span class="row__closed">{t("person.bot")}</span>}
            {contents.isClosed && <span class="row__closed">{t("row.disabled")}</span>}
            {isPinned && <Sign icon="pin" label={t("row.pinned")} />}
            {isMuted && <Sign icon="mute" label={t("row.muted")} />}
          </span>
          {sentAt && (
            <time class="row__when" dateTime={sentAt}>
              {whenOf(sentAt)}
            </time>
          )}
          <span class={`row__line ${tone ? `row__line--${tone}` : ""}`} dir="auto">
            {text}
          </span>
          <span class="row__badge">
            <Badge count={unread} label={t("row.unread", { count: unread })} quiet={isMuted} />
          </span>
        </a>
      </div>
      <div role="gridcell" class="row__more" tabIndex={-1}>
        {hasMenu && (
          <IconButton
            icon="more"
            label={t("row.more", { name })}
            aria-haspopup="menu"
            tabIndex={-1}
            onClick={(event) => {
              const place = event.currentTarget.getBoundingClientRect();
              onMenu(row, { x: place.right, y: place.bottom });
            }}
          />
        )}
      </div>
    </div>
  );
}

function Sign({ icon, label }: { icon: "pin" | "mute"; label: string }) {
  return (
    <span class="row__sign" title={label}>
      <Icon name={icon} size={14} />
      <span class="only-read">{label}</span>
    </span>
  );
}
