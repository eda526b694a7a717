import type { User } from "parley-client";
import type { ComponentChildren, CSSProperties } from "preact";
import { forwardRef } from "preact/compat";
import { useParley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { IconButton } from "../../../ui/button.tsx";
import { Avatar, PresenceMark } from "../../../ui/marks.tsx";
import { State } from "./state.tsx";

interface LineProps {
  style?: CSSProperties;
  index: number;
  children: ComponentChildren;
}

/** The row that the virtual list moves about; its cells are a PersonRow. */
export const Line = forwardRef<HTMLTableRowElement, LineProps>(({ style, index, children }, ref) => (
  <tr ref={ref} class="table__row" {...(style && { style })} aria-rowindex={index + 2}>
    {children}
  </tr>
));

interface RowProps {
  user: User;
  isChosen: boolean;
  isShown: boolean;
  onTurn: () => void;
  onShow: () => void;
  onUnlock: () => void;
}

export function PersonRow({ user, isChosen, isShown, onTurn, onShow, onUnlock }: RowProps) {
  const seen = useParley((state) => state.people.get(user.user_id)?.presence?.status);
  const isBot = user.kind === "service";
  const status = seen ?? user.status ?? "offline";
  return (
    <>
      <td data-shown={isShown}>
        <input
          type="checkbox"
          aria-label={t("admin.choose_one", { name: user.name })}
          checked={isChosen}
          onChange={onTurn}
        />
      </td>
      <td class="table__name">
        <Avatar id={user.user_id} name={user.name} />
        <button type="button" class={`table__button ${user.disabled ? "table__button--off" : ""}`} onClick={onShow}>
          {user.name}
        </button>
        {isBot && <span class="tag">{t("person.bot")}</span>}
      </td>
      <td>{user.login}</td>
      <td>{t(isBot ? "admin.kind_service" : `admin.role_${user.role}`)}</td>
      <td>{user.email}</td>
      <td class="table__status">
        {!isBot && (
          <>
            <PresenceMark status={status} silent /> <span>{t(`status.${status}`)}</span>
          </>
        )}
      </td>
      <td class="table__state">
        <State user={user} />
        {user.locked_until && !user.disabled && (
          <IconButton icon="unlock" label={t("admin.unlock_one", { name: user.name })} onClick={onUnlock} />
        )}
      </td>
    </>
  );
}
