/** One conversation, or a person with whom there is none yet: who it is with, what was said, and where one writes. */
import type { Recipient, State } from "parley-client";
import { useRef } from "preact/hooks";
import { useParley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { useLanguage } from "../../../text/use.ts";
import { Spinner } from "../../../ui/spinner.tsx";
import { directWith, myId, otherOf } from "../naming.ts";
import { Talk } from "./talk.tsx";

export function Conversation({ chosen }: { chosen: Recipient }) {
  const language = useLanguage();
  const conversationId = useParley((state) =>
    "userId" in chosen ? directWith(state, chosen.userId) : chosen.conversationId,
  );
  const otherId = useParley((state) => {
    const conversation = conversationId === undefined ? undefined : state.conversations.get(conversationId);
    return "userId" in chosen ? chosen.userId : conversation && otherOf(conversation, myId(state));
  });
  // While the connection is broken, with whomever one writes for the first time, too.
  const isKnown = useParley(
    (state) => state.connection.phase === "connected" || state.allPeople || isIn(state, conversationId),
  );
  // The same before and after the first message, so that what one is typing stays.
  const place = otherId ?? conversationId ?? "";
  const shown = useRef<string>(undefined);
  if (isKnown) shown.current = place;
  if (shown.current !== place) return <Waiting />;
  return <Talk key={`${language} ${place}`} place={place} conversationId={conversationId} otherId={otherId} />;
}

function isIn(state: State, conversationId: string | undefined): boolean {
  return conversationId !== undefined && state.conversations.has(conversationId);
}

/** Until it is known what there is: where one left off reading is part of it. */
function Waiting() {
  return (
    <p class="nothing nothing__wait" role="status">
      <Spinner />
      {t("app.loading")}
    </p>
  );
}
