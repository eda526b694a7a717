/** By what a service account comes in: its tokens, another one, and an end to one. */
import type { ServiceToken, User } from "parley-client";
import { useEffect, useState } from "preact/hooks";
import { parley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { refusalOf, refusalText } from "../../../text/refusal.ts";
import { Banner } from "../../../ui/banner.tsx";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { Made } from "./made.tsx";
import { NewToken } from "./new-token.tsx";
import { Revoke } from "./revoke.tsx";
import { TokenRow } from "./row.tsx";
import "./tokens.css";

type Open =
  | { readonly what: "new" }
  | { readonly what: "made"; readonly secret: string }
  | { readonly what: "revoke"; readonly token: ServiceToken };

export function Tokens({ of, onClose }: { of: User; onClose: () => void }) {
  const [tokens, know] = useState<readonly ServiceToken[]>();
  const [problem, tell] = useState<string>();
  const [open, setOpen] = useState<Open>();
  const back = () => setOpen(undefined);

  async function load() {
    try {
      know((await parley.ask("token.list", { user_id: of.user_id })).tokens);
      tell(undefined);
    } catch (thrown) {
      tell(refusalText(refusalOf(thrown)));
    }
  }
  useEffect(() => void load(), [of.user_id]);

  return (
    <>
      <Dialog
        title={t("token.title", { name: of.name })}
        onClose={onClose}
        actions={
          <>
            <Button onClick={onClose}>{t("action.close")}</Button>
            <Button kind="primary" icon="plus" disabled={of.disabled} onClick={() => setOpen({ what: "new" })}>
              {t("token.new")}
            </Button>
          </>
        }
      >
        <p class="tokens__about">{t(of.disabled ? "token.about_disabled" : "token.about")}</p>
        {problem && <Banner severity="error">{problem}</Banner>}
        {!tokens && !problem && <Spinner />}
        {tokens?.length === 0 && <p class="empty">{t("token.none")}</p>}
        <ul class="tokens">
          {tokens?.map((token) => (
            <TokenRow key={token.token_id} token={token} onRevoke={() => setOpen({ what: "revoke", token })} />
          ))}
        </ul>
      </Dialog>
      {open?.what === "new" && (
        <NewToken
          of={of}
          onClose={back}
          onMade={(secret) => {
            setOpen({ what: "made", secret });
            void load();
          }}
        />
      )}
      {open?.what === "made" && <Made secret={open.secret} onClose={back} />}
      {open?.what === "revoke" && <Revoke token={open.token} onClose={back} onDone={load} />}
    </>
  );
}
