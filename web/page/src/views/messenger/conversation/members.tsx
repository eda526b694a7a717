/** Who belongs to a group, and how they are: those who are online first. Of large groups page by page. */
import type { Conversation, State } from "parley-client";
import { useEffect, useMemo, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { VList } from "virtua";
import { parley, useParley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { Button, IconButton } from "../../../ui/button.tsx";
import { Avatar } from "../../../ui/marks.tsx";
import { addressOf } from "../chosen.ts";
import { myId, nameOf, shownStatusOf, statusOf } from "../naming.ts";
import { show } from "../watching.ts";
import "./members.css";
import { useKnown } from "./names.ts";
import { presenceText } from "./presence.ts";

const PAGE = 200;

export function Members({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const { ids, more, load } = useMemberIds(conversation);
  useKnown(ids);
  useEffect(() => {
    show("members", ids);
    return () => show("members", []);
  }, [ids]);
  const order = useParley((state) => sorted(state, ids).join());
  const shown = order ? order.split(",") : [];
  return (
    <aside class="members" aria-label={t("members.title")}>
      <header class="members__head">
        <h3>
          {t("members.title")} <span>{conversation.member_count}</span>
        </h3>
        <IconButton icon="close" label={t("action.close")} onClick={onClose} />
      </header>
      <VList class="members__list" data={shown}>
        {(id) => <Member key={id} id={id} isOwner={id === conversation.owner_id} />}
      </VList>
      {more && (
        <Button kind="quiet" onClick={load}>
          {t("members.more", { count: conversation.member_count - ids.length })}
        </Button>
      )}
    </aside>
  );
}

function Member({ id, isOwner }: { id: string; isOwner: boolean }) {
  const { route } = useLocation();
  const person = useParley((state) => state.people.get(id));
  const isMe = useParley((state) => myId(state) === id);
  const name = useParley((state) => nameOf(state, id));
  return (
    <button type="button" class="member" disabled={isMe} onClick={() => route(addressOf({ userId: id }))}>
      <Avatar id={id} name={name} status={shownStatusOf(person)} />
      <span class="member__who">
        <span class="member__name">
          <bdi>{isMe ? t("members.you", { name }) : name}</bdi>
        </span>
        <span class="member__how">
          {isOwner ? t("members.owner", { presence: presenceText(person) }) : presenceText(person)}
        </span>
      </span>
    </button>
  );
}

function sorted(state: State, ids: readonly string[]): string[] {
  const here = (id: string) => (statusOf(state.people.get(id)) === "offline" ? 1 : 0);
  const names = new Map(ids.map((id) => [id, nameOf(state, id)]));
  return ids.toSorted((a, b) => here(a) - here(b) || names.get(a)!.localeCompare(names.get(b)!));
}

/** Small groups list their members; of larger ones they are asked for. */
function useMemberIds({ conversation_id, member_ids, version }: Conversation) {
  const [loaded, set] = useState<{ ids: readonly string[]; cursor?: string | undefined }>({ ids: [] });
  const [failures, count] = useState(0);
  async function load(cursor?: string) {
    const ask = { conversation_id, limit: PAGE, ...(cursor !== undefined && { cursor }) };
    try {
      const page = await parley.ask("member.list", ask);
      set((before) => ({
        ids: cursor === undefined ? page.member_ids : [...new Set([...before.ids, ...page.member_ids])],
        cursor: page.next_cursor,
      }));
    } catch {
      count(failures + 1);
    }
  }
  useEffect(() => {
    if (!member_ids) void load();
  }, [conversation_id, version, member_ids === undefined]);
  const ids = useMemo(() => member_ids ?? loaded.ids, [member_ids, loaded.ids]);
  const isShort = !member_ids && (loaded.cursor !== undefined || (loaded.ids.length === 0 && failures > 0));
  return { ids, more: isShort, load: () => void load(loaded.cursor) };
}
