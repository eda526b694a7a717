/** How far one's own message came: sent, or read by so many. Different signs, not colours alone. */
import type { Message } from "parley-client";
import { t } from "../../../text/index.ts";
import type { Mark } from "./items.ts";

interface MarkProps {
  mark: Mark;
  message: Message;
  onShow: (message: Message) => void;
}

export function MarkSign({ mark, message, onShow }: MarkProps) {
  const isRead = mark.readBy > 0 && mark.readBy >= mark.of;
  if (mark.of === 1) {
    const said = t(isRead ? "mark.seen" : "mark.sent");
    return (
      <span class={`mark ${isRead ? "mark--read" : ""}`} role="img" aria-label={said} title={said}>
        <Ticks count={isRead ? 2 : 1} />
      </span>
    );
  }
  const said = t("mark.read_by", { count: mark.readBy, of: mark.of });
  return (
    <button
      type="button"
      class={`mark mark--button ${isRead ? "mark--read" : ""}`}
      aria-label={said}
      title={said}
      tabIndex={-1}
      onClick={() => onShow(message)}
    >
      {mark.readBy > 0 && !isRead && <span>{mark.readBy}</span>}
      <Ticks count={mark.readBy > 0 ? 2 : 1} />
    </button>
  );
}

function Ticks({ count }: { count: 1 | 2 }) {
  return (
    <svg
      viewBox="0 0 20 12"
      width="18"
      height="11"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      aria-hidden="true"
    >
      <path d="M1.5 6.5 5 10l7-8" />
      {count === 2 && <path d="M9 9.500 9.500 10l7-8" />}
    </svg>
  );
}
