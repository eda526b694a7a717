/** Where one writes. The text is the field's own: what happens around it never draws it anew. */
import { memo } from "preact/compat";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { useKey } from "../../../keys/use.ts";
import { parley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { refusalOf, refusalText } from "../../../text/refusal.ts";
import { Icon } from "../../../ui/icon.tsx";
import { About } from "./about.tsx";
import "./composer.css";
import { draftOf, keeperOf } from "./drafts.ts";
import { grow, trimmed } from "./field.ts";
import { lastEditable } from "./last_editable.ts";
import { leftOf } from "./size.ts";
import { type Mode, WRITE } from "./use_actions.ts";

interface ComposerProps {
  place: string;
  conversationId: string | undefined;
  otherId: string | undefined;
  name: string;
  mode: Mode;
  setMode: (mode: Mode) => void;
  mayWrite: boolean;
  onSent: () => void;
}

const DRAFT_KEPT_AFTER_MS = 300;
/** A keyboard of glass has no Shift+Enter: there Enter is a new line, and the button sends. */
const isTouched = matchMedia("(pointer: coarse) and (hover: none)").matches;

export const Composer = memo(function Composer(props: ComposerProps) {
  const { place, conversationId, otherId, name, mode, setMode, mayWrite, onSent } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const [isEmpty, setEmpty] = useState(() => draftOf(place) === "");
  const [left, setLeft] = useState<number>();
  const [why, explain] = useState<string>();
  const [isSaving, setSaving] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const keepDraft = useMemo(() => keeperOf(place), [place]);
  const isEditing = mode.does === "edit";
  const latest = useRef({ isEditing });
  latest.current = { isEditing };

  function look() {
    const text = field.current?.value ?? "";
    setEmpty(text.trim() === "");
    setLeft(leftOf(text));
  }

  function fill(text: string) {
    const box = field.current;
    if (!box) return;
    box.value = text;
    box.setSelectionRange(text.length, text.length);
    grow(box);
    look();
  }

  useLayoutEffect(() => {
    explain(undefined);
    fill(mode.does === "edit" ? mode.message.text : draftOf(place));
    if (!isTouched && !document.querySelector("dialog:modal")) field.current?.focus();
  }, [mode, place, mayWrite]);

  useEffect(() => {
    const keep = () => {
      clearTimeout(timer.current);
      if (field.current && !latest.current.isEditing) keepDraft(field.current.value);
    };
    addEventListener("pagehide", keep);
    const box = field.current;
    return () => {
      removeEventListener("pagehide", keep);
      clearTimeout(timer.current);
      if (box && !latest.current.isEditing) keepDraft(box.value);
    };
  }, [keepDraft]);

  useKey("write", () => field.current?.focus());

  function typed() {
    const box = field.current;
    if (!box) return;
    grow(box);
    look();
    if (isEditing) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => keepDraft(box.value), DRAFT_KEPT_AFTER_MS);
    if (conversationId !== undefined && box.value.trim()) parley.typing(conversationId);
  }

  function submit() {
    const text = trimmed(field.current?.value ?? "");
    if (text === "" || (leftOf(text) ?? 0) < 0) return;
    if (mode.does === "edit") return void save(text);
    const to = conversationId !== undefined ? { conversationId } : { userId: otherId ?? "" };
    parley.send(to, text, mode.does === "reply" ? mode.message.seq : undefined);
    clearTimeout(timer.current);
    keepDraft("");
    fill("");
    if (mode.does === "reply") setMode(WRITE);
    onSent();
  }

  async function save(text: string) {
    if (mode.does !== "edit") return;
    if (text === mode.message.text) return setMode(WRITE);
    setSaving(true);
    try {
      const { conversation_id, seq } = mode.message;
      await parley.ask("message.edit", { conversation_id, seq, text });
      setMode(WRITE);
    } catch (error) {
      explain(refusalText(refusalOf(error)));
    }
    setSaving(false);
  }

  function press(event: KeyboardEvent) {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey && !isTouched) {
      event.preventDefault();
      if (!isSaving) submit();
    } else if (event.key === "Escape" && mode.does !== "write") {
      event.preventDefault();
      setMode(WRITE);
    } else if (event.key === "ArrowUp" && field.current?.value === "" && mode.does === "write" && conversationId) {
      const message = lastEditable(conversationId);
      if (!message) return;
      event.preventDefault();
      setMode({ does: "edit", message });
    }
  }

  if (!mayWrite) {
    return (
      <p class="composer composer--closed">
        <Icon name="lock" size={18} /> {t("composer.closed")}
      </p>
    );
  }
  const isTooLong = left !== undefined && left < 0;
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <About mode={mode} onLeave={() => setMode(WRITE)} />
      <div class="composer__box">
        <textarea
          ref={field}
          id="composer"
          class="composer__field"
          rows={1}
          dir="auto"
          placeholder={t("composer.placeholder", { name })}
          aria-label={t("composer.label", { name })}
          aria-describedby="composer-said"
          aria-invalid={isTooLong}
          enterkeyhint={isTouched ? "enter" : "send"}
          autocomplete="off"
          onInput={typed}
          onKeyDown={press}
        />
        <button
          type="submit"
          class="composer__send"
          disabled={isEmpty || isTooLong || isSaving}
          aria-label={t(isEditing ? "action.save" : "composer.send")}
          title={t(isEditing ? "action.save" : "composer.send")}
        >
          <Icon name={isEditing ? "check" : "send"} />
        </button>
      </div>
      <p id="composer-said" class={`composer__said ${isTooLong || why ? "composer__said--wrong" : ""}`} role="status">
        {why ??
          (left === undefined
            ? ""
            : left < 0
              ? t("composer.too_long", { count: -left })
              : t("composer.left", { count: left }))}
      </p>
    </form>
  );
});
