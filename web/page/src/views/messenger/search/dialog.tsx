/** Finds messages by words, person, conversation and days, and leads to them. */
import type { Message } from "parley-client";
import { useEffect, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { parley, useParley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Select, TextField } from "../../../ui/field.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { addressOf, chosenAt } from "../chosen.ts";
import { jump } from "../conversation/jump.ts";
import { directWith, titleOf } from "../naming.ts";
import { Found } from "./found.tsx";
import type { Wanted } from "./open.ts";
import { PersonField } from "./person.tsx";
import "./search.css";
import { useSearch } from "./use_search.ts";
import { wordsOf } from "./words.ts";

export default function SearchDialog({ wanted, onClose }: { wanted: Wanted; onClose: () => void }) {
  const { route, path } = useLocation();
  const hereId = useParley((state) => {
    const chosen = wanted.conversationId === undefined ? chosenAt(path) : { conversationId: wanted.conversationId };
    return chosen && ("userId" in chosen ? directWith(state, chosen.userId) : chosen.conversationId);
  });
  const here = useParley((state) => {
    const conversation = hereId === undefined ? undefined : state.conversations.get(hereId);
    return conversation && titleOf(state, conversation);
  });
  const [q, write] = useState("");
  const [isHere, stay] = useState(wanted.conversationId !== undefined);
  const [senderId, setSender] = useState<string>();
  const [since, setSince] = useState("");
  const [until, setUntil] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const results = useRef<HTMLUListElement>(null);
  const conversationId = isHere ? hereId : undefined;
  const { found, phase, why, hasMore, more } = useSearch({ q, conversationId, senderId, since, until });
  const words = wordsOf(q);

  useEffect(() => field.current?.focus(), []);

  function go(message: Message) {
    onClose();
    jump.set({ conversationId: message.conversation_id, seq: message.seq });
    route(addressOf({ conversationId: message.conversation_id }));
  }

  function move(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const isInList = results.current?.contains(document.activeElement);
    if (!step || !(isInList || event.target === field.current)) return;
    event.preventDefault();
    const all = [...(results.current?.querySelectorAll<HTMLElement>("button") ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement) + step;
    (at < 0 ? field.current : all[Math.min(at, all.length - 1)])?.focus();
  }

  return (
    <Dialog title={t("search.title")} onClose={onClose} wide>
      <search class="search" onKeyDown={move}>
        <TextField
          inputRef={field}
          type="search"
          label={t("search.words")}
          placeholder={t("search.placeholder")}
          maxLength={parley.state.limits?.search_chars_max}
          autocomplete="off"
          onInput={(event) => write(event.currentTarget.value)}
        />
        <div class="search__narrow">
          {here !== undefined && (
            <Select
              label={t("search.where")}
              value={isHere ? "here" : "all"}
              onChange={(event) => stay(event.currentTarget.value === "here")}
            >
              <option value="all">{t("search.everywhere")}</option>
              <option value="here">{t("search.here", { name: here })}</option>
            </Select>
          )}
          <PersonField onChoose={setSender} />
          <TextField
            type="date"
            label={t("search.since")}
            max={until}
            onInput={(event) => setSince(event.currentTarget.value)}
          />
          <TextField
            type="date"
            label={t("search.until")}
            min={since}
            onInput={(event) => setUntil(event.currentTarget.value)}
          />
        </div>
        <p class="search__said" role="status">
          {phase === "searching" && <Spinner />}
          {why ?? said(phase, found.length, hasMore)}
        </p>
        <ul class="search__found" ref={results} aria-label={t("search.results")}>
          {found.map((message) => (
            <Found key={message.message_id} message={message} words={words} onChoose={go} />
          ))}
        </ul>
        {hasMore && phase === "done" && (
          <Button kind="plain" onClick={more}>
            {t("search.more")}
          </Button>
        )}
      </search>
    </Dialog>
  );
}

function said(phase: "idle" | "searching" | "done", count: number, hasMore: boolean): string {
  if (phase === "idle") return t("search.hint");
  if (phase === "searching") return t("search.searching");
  return t(hasMore ? "search.found_so_far" : "search.found", { count });
}
