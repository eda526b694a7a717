/** Something to take along: marked by a click, copied by a button. */
import { useRef, useState } from "preact/hooks";
import { t } from "../../../text/index.ts";
import { Button } from "../../../ui/button.tsx";
import { TextField } from "../../../ui/field.tsx";
import "./copy-field.css";

export function CopyField({ label, value }: { label: string; value: string }) {
  const field = useRef<HTMLInputElement>(null);
  const [isCopied, copied] = useState(false);

  async function copy() {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(value);
    } catch {
      // over plain HTTP there is no clipboard to write to but this one
      if (!document.execCommand("copy")) return;
    }
    copied(true);
  }

  return (
    <div class="copy-field">
      <TextField
        label={label}
        readOnly
        inputRef={field}
        value={value}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button icon={isCopied ? "check" : "copy"} onClick={copy}>
        <span aria-live="polite">{t(isCopied ? "admin.copied" : "admin.copy_link")}</span>
      </Button>
    </div>
  );
}
