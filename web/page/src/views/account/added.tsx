/** One line for all groups that one was added to; a group that is opened is news no more. */
import type { Notice } from "parley-client";
import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import { useParley } from "../../parley.ts";
import { t } from "../../text/index.ts";
import { Banner } from "../../ui/banner.tsx";
import { addressOf } from "../messenger/chosen.ts";
import { noticeText, placeNamed } from "./notice-text.ts";

const NAMED_MAX = 4;

interface AddedProps {
  notices: readonly Notice[];
  onDismiss: (...notices: readonly Notice[]) => void;
}

export function AddedToGroups({ notices, onDismiss }: AddedProps) {
  const { path } = useLocation();
  const groups = useParley((state) => state.conversations);
  const addresses = notices.map(({ conversation_id: id }) => (id ? addressOf({ conversationId: id }) : undefined));
  const opened = notices.filter((_, at) => addresses[at] === path);

  useEffect(() => {
    if (opened.length > 0) onDismiss(...opened);
  }, [opened.length]);

  const named = notices.slice(0, NAMED_MAX).map((notice, at) => {
    const name = groups.get(notice.conversation_id ?? "")?.name ?? placeNamed(notice);
    const address = groups.has(notice.conversation_id ?? "") ? addresses[at] : undefined;
    return { key: notice.notice_id ?? String(at), name, address };
  });
  // one that cannot be opened is named by the sentence
  const links = notices.length > 1 ? named : named.filter((one) => one.address);
  const more = notices.length - named.length;
  return (
    <Banner severity="info" onDismiss={() => onDismiss(...notices)}>
      <span>
        {notices.length > 1 || !named[0]?.name
          ? t("notice.added_to_groups", { count: notices.length })
          : noticeText(notices[0]!, () => undefined)}
      </span>
      <ul class="notice__places">
        {links.map(({ key, name, address }) => (
          <li key={key}>
            {address ? <a href={address}>{notices.length > 1 ? name : t("notice.open_group")}</a> : name}
          </li>
        ))}
        {more > 0 && <li>{t("notice.more_groups", { count: more })}</li>}
      </ul>
    </Banner>
  );
}
