/** A file, chosen or dropped here. The same one may be chosen again once it was mended. */
import { useId, useState } from "preact/hooks";
import { t } from "../../../text/index.ts";
import { Icon } from "../../../ui/icon.tsx";
import type { Chosen } from "./use-import.ts";

const BYTES_MAX = 900_000;

interface DropProps {
  name: string | undefined;
  isBusy: boolean;
  onFile: (chosen: Chosen) => void;
}

export function DropFile({ name, isBusy, onFile }: DropProps) {
  const id = useId();
  const [isOver, hover] = useState(false);
  const [problem, tell] = useState<string>();

  async function take(file: File | undefined) {
    if (!file) return;
    tell(undefined);
    if (file.size > BYTES_MAX) return tell(t("fault.file_bytes", { max: BYTES_MAX }));
    try {
      const csv = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
      if (!csv.trim()) return tell(t("fault.empty"));
      onFile({ name: file.name, csv });
    } catch {
      tell(t("fault.not_utf8"));
    }
  }

  return (
    <>
      <label
        class={`drop ${isOver ? "drop--over" : ""}`}
        for={id}
        onDragOver={(event) => {
          event.preventDefault();
          hover(true);
        }}
        onDragLeave={() => hover(false)}
        onDrop={(event) => {
          event.preventDefault();
          hover(false);
          if (!isBusy) void take(event.dataTransfer?.files[0]);
        }}
      >
        <Icon name="upload" size={24} />
        <strong>{name ?? t("admin.import_drop")}</strong>
        <span>{t(name ? "admin.import_other" : "admin.import_columns")}</span>
        <input
          class="only-read"
          id={id}
          type="file"
          accept=".csv,text/csv"
          disabled={isBusy}
          onClick={(event) => {
            event.currentTarget.value = "";
          }}
          onChange={(event) => take(event.currentTarget.files?.[0])}
        />
      </label>
      {problem && (
        <p class="field__errors" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
