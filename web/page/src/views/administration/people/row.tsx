import type { User } from "parley-client";
import { useParley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { Avatar, PresenceMark } from "../../../ui/marks.tsx";
import { State } from "./state.tsx";

interface RowProps {
  user: User;
  index: number;
  isChosen: boolean;
  isShown: boolean;
  onTurn: () => void;
  onShow: () => void;
}

export function PersonRow({ user, index, isChosen, isShown, onTurn, onShow }: RowProps) {
  const seen = useParley((state) => state.people.get(user.user_id)?.presence?.status);
  const status = seen ?? user.status ?? "offline";
  return (
    <div
      class={`table__row ${isShown ? "table__row--shown" : ""} ${user.disabled ? "table__row--off" : ""}`}
      role="row"
      tabIndex={-1}
      aria-rowindex={index}
    >
      <span role="cell">
        <input
          type="checkbox"
          aria-label={t("admin.choose_one", { name: user.name })}
          checked={isChosen}
          onChange={onTurn}
        />
      </span>
      <span role="cell" class="table__name">
        <Avatar id={user.user_id} name={user.name} />
        <button type="button" class="table__button" onClick={onShow}>
          {user.name}
        </button>
      </span>
      <span role="cell">{user.login}</span>
      <span role="cell">{t(`admin.role_${user.role}`)}</span>
      <span role="cell">{user.email}</span>
      <span role="cell" class="table__status">
        <PresenceMark status={status} silent /> {t(`status.${status}`)}
      </span>
      <span role="cell">
        <State user={user} />
      </span>
    </div>
  );
}
