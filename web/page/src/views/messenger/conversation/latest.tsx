import { t } from "../../../text/index.ts";
import { Icon } from "../../../ui/icon.tsx";

/** Back to the latest message, with how many are new there. */
export function ToLatest({ count, onClick }: { count: number; onClick: () => void }) {
  return (
    <div class="to-latest">
      <button type="button" class={`to-latest__button ${count ? "to-latest__button--new" : ""}`} onClick={onClick}>
        <Icon name="down" size={16} />
        {count ? t("conversation.to_new", { count }) : t("conversation.to_latest")}
      </button>
    </div>
  );
}
