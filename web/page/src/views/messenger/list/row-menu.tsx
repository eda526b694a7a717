/** What can be done with a conversation from the list. It opens over everything, at the pointer or at its button. */

import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { useLocation } from "preact-iso";
import { parley, useParley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { refusalOf, refusalText } from "../../../text/refusal.ts";
import { Icon, type IconName } from "../../../ui/icon.tsx";
import { toast } from "../../../ui/toast.tsx";
import { chosenAt } from "../chosen.ts";
import { deleteGroup, editGroup } from "../groups/edit.ts";
import { isLeader } from "../naming.ts";
import "./row-menu.css";

export interface RowMenuPlace {
  readonly row: string;
  readonly x: number;
  readonly y: number;
}

interface Item {
  readonly icon: IconName;
  readonly label: string;
  readonly does: () => unknown;
  readonly isDanger?: boolean;
}

const MARGIN_PX = 8;

export function RowMenu({ place, chosen, onClose }: { place: RowMenuPlace; chosen: string; onClose: () => void }) {
  const { route } = useLocation();
  const menu = useRef<HTMLDivElement>(null);
  const before = useRef(document.activeElement);
  const recipient = chosenAt(place.row);
  const id = recipient && "conversationId" in recipient ? recipient.conversationId : "";
  const one = useParley((state) => state.conversations.get(id));
  const mayChange = useParley(isLeader) && one?.kind === "group";

  useLayoutEffect(() => {
    const element = menu.current;
    if (!element) return;
    element.showPopover();
    const isBackwards = document.documentElement.dir === "rtl";
    const left = isBackwards ? place.x - element.offsetWidth : place.x;
    element.style.left = `${clamp(left, innerWidth - element.offsetWidth)}px`;
    element.style.top = `${clamp(place.y, innerHeight - element.offsetHeight)}px`;
    element.querySelector("button")?.focus();
  }, [place]);
  useEffect(() => {
    if (!one) onClose();
  }, [one]);
  if (!one) return null;

  const unread = one.unread ?? 0;
  const items: Item[] = [
    {
      icon: "pin",
      label: t(one.pinned ? "row.unpin" : "row.pin"),
      does: () => parley.ask("conversation.update", { conversation_id: id, pinned: !one.pinned }),
    },
    {
      icon: one.muted ? "bell" : "mute",
      label: t(one.muted ? "row.unmute" : "row.mute"),
      does: () => parley.ask("conversation.update", { conversation_id: id, muted: !one.muted }),
    },
  ];
  if (unread > 0) items.push({ icon: "check", label: t("row.mark_read"), does: () => parley.read(id, one.last_seq) });
  else if (one.last_seq > 0)
    items.push({
      icon: "eye",
      label: t("row.mark_unread"),
      does: () => {
        // What is open is read: it stays unread only once one looks elsewhere.
        if (place.row === chosen) route("/");
        return parley.ask("conversation.mark_unread", { conversation_id: id, seq: one.last_seq });
      },
    });
  if (mayChange)
    items.push(
      { icon: "edit", label: t("row.edit_group"), does: () => editGroup(one) },
      { icon: "trash", label: t("row.delete_group"), does: () => deleteGroup(one), isDanger: true },
    );

  async function choose({ does }: Item) {
    menu.current?.hidePopover();
    try {
      await does();
    } catch (thrown) {
      toast(refusalText(refusalOf(thrown)), { isError: true });
    }
  }

  function move(event: KeyboardEvent) {
    const all = [...(menu.current?.querySelectorAll("button") ?? [])];
    const at = all.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) all.at(to % all.length)?.focus();
    else if (event.key === "Tab") menu.current?.hidePopover();
    else return;
    event.preventDefault();
  }

  return (
    <div
      ref={menu}
      popover="auto"
      class="row-menu"
      role="menu"
      aria-label={t("row.more", { name: one.name ?? "" })}
      tabIndex={-1}
      onKeyDown={move}
      onToggle={(event) => {
        if ((event as unknown as ToggleEvent).newState !== "closed") return;
        if (before.current instanceof HTMLElement && !document.querySelector("dialog:modal")) before.current.focus();
        onClose();
      }}
    >
      {items.map((item) => (
        <button
          key={item.label}
          type="button"
          role="menuitem"
          tabIndex={-1}
          class={`menu__item ${item.isDanger ? "menu__item--danger menu__item--apart" : ""}`}
          onClick={() => choose(item)}
        >
          <Icon name={item.icon} size={18} />
          <span>{item.label}</span>
        </button>
      ))}
    </div>
  );
}

function clamp(at: number, max: number): number {
  return Math.max(MARGIN_PX, Math.min(at, max - MARGIN_PX));
}
