/** Somebody, found by typing: who did it, or whom it was done to. */
import type { User } from "parley-client";
import { useEffect, useId, useState } from "preact/hooks";
import { parley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { IconButton } from "../../../ui/button.tsx";
import { TextField } from "../../../ui/field.tsx";

const SHOWN = 20;
const TYPED_MS = 200;

export function PersonField({ userId, onChoose }: { userId: string; onChoose: (userId: string) => void }) {
  const list = useId();
  const [typed, type] = useState("");
  const [matches, match] = useState<readonly User[]>([]);
  const isLogin = (user: User) => user.login.toLowerCase() === typed.trim().toLowerCase();

  // the address of a person that was chosen in the trail is shown by their login
  useEffect(() => {
    if (!userId) return;
    parley.ask("user.get", { user_id: userId }).then(
      ({ user }) => type(user.login),
      () => type(userId),
    );
  }, [userId]);

  useEffect(() => {
    const q = typed.trim();
    if (!q) return;
    let isOver = false;
    const timer = setTimeout(async () => {
      const found = await parley.ask("user.list", { q, limit: SHOWN }).catch(() => undefined);
      if (isOver || !found) return;
      match(found.users);
      const exact = found.users.find(isLogin);
      if (exact && exact.user_id !== userId) onChoose(exact.user_id);
    }, TYPED_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [typed]);

  function clear() {
    type("");
    onChoose("");
  }

  return (
    <div class="audit__person">
      <TextField
        label={t("admin.person")}
        {...{ list }}
        autocomplete="off"
        value={typed}
        onInput={(event) => {
          type(event.currentTarget.value);
          if (userId) onChoose("");
        }}
      />
      <datalist id={list}>
        {matches.map((user) => (
          <option key={user.user_id} value={user.login}>
            {user.name}
          </option>
        ))}
      </datalist>
      {typed && <IconButton icon="close" label={t("admin.audit_everyone")} onClick={clear} />}
    </div>
  );
}
