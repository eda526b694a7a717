/** Before the first message that is here: that there are more, that they could not be had, or that it all begins here. */
import { t } from "../../../text/index.ts";
import { Button } from "../../../ui/button.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import type { Edges } from "./edges.ts";

export function Top({ edges, hasOlder, name }: { edges: Edges; hasOlder: boolean; name: string }) {
  if (edges.failed) {
    return (
      <Button kind="quiet" onClick={edges.again}>
        {t("conversation.load_again")}
      </Button>
    );
  }
  return hasOlder ? <Spinner /> : <p>{t("conversation.beginning", { name })}</p>;
}
