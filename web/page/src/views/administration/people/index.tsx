/** People: found, chosen, made, changed, imported. */
import type { User } from "parley-client";
import { useState } from "preact/hooks";
import { t } from "../../../text/index.ts";
import { refusalText } from "../../../text/refusal.ts";
import { Banner } from "../../../ui/banner.tsx";
import { Button } from "../../../ui/button.tsx";
import { newGroup } from "../../messenger/groups/edit.ts";
import { ImportPeople } from "../import/index.tsx";
import { Tokens } from "../tokens/index.tsx";
import { AddToGroup } from "./add-to-group.tsx";
import { Filters } from "./filters.tsx";
import { Invitation } from "./invitation.tsx";
import { PersonPanel } from "./panel.tsx";
import { PersonForm } from "./person-form.tsx";
import { PeopleTable } from "./table.tsx";
import { type Filter, usePeople } from "./use-people.ts";

type Open =
  | { readonly what: "create"; readonly like?: User }
  | { readonly what: "import" }
  | { readonly what: "group" }
  | { readonly what: "tokens"; readonly user: User }
  | { readonly what: "invitation"; readonly user: User; readonly link: string };

export function PeoplePart({ me }: { me: User }) {
  const [filter, narrow] = useState<Filter>({ q: "", role: "", status: "all" });
  const { people, isAll, refusal, reload, put } = usePeople(filter);
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const [shownId, show] = useState<string>();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);

  function invite(user: User, link: string | undefined) {
    setOpen(link ? { what: "invitation", user, link } : undefined);
  }

  return (
    <>
      <Filters filter={filter} onNarrow={narrow}>
        <Button icon="upload" onClick={() => setOpen({ what: "import" })}>
          {t("admin.import")}
        </Button>
        <Button kind="primary" icon="plus" onClick={() => setOpen({ what: "create" })}>
          {t("admin.create")}
        </Button>
      </Filters>
      {refusal && (
        <Banner severity="error" action={<Button onClick={reload}>{t("action.retry")}</Button>}>
          {refusalText(refusal)}
        </Banner>
      )}
      <div class="people" data-panel={Boolean(shownId)}>
        <PeopleTable
          people={people}
          isAll={isAll}
          chosen={chosen}
          onChoose={choose}
          shownId={shownId}
          onShow={show}
          onAddToGroup={() => setOpen({ what: "group" })}
          onChanged={put}
        />
        {shownId && (
          <PersonPanel
            key={shownId}
            me={me}
            userId={shownId}
            onClose={() => show(undefined)}
            onSeen={put}
            onChanged={(user, link) => {
              put(user);
              if (link) invite(user, link);
            }}
            onCopy={(like) => setOpen({ what: "create", like })}
          />
        )}
      </div>
      {open?.what === "create" && (
        <PersonForm
          me={me}
          {...(open.like && { like: open.like })}
          onClose={close}
          onDone={(user, link) => {
            invite(user, link);
            if (user.kind) setOpen({ what: "tokens", user });
            reload();
            show(user.user_id);
          }}
        />
      )}
      {open?.what === "import" && <ImportPeople onClose={close} onImported={reload} />}
      {open?.what === "group" && (
        <AddToGroup
          isAdmin={me.role === "admin"}
          userIds={[...chosen]}
          onClose={close}
          onDone={() => choose(new Set())}
          onNew={() => {
            close();
            newGroup([...chosen]);
          }}
        />
      )}
      {open?.what === "tokens" && <Tokens of={open.user} onClose={close} />}
      {open?.what === "invitation" && <Invitation user={open.user} link={open.link} onClose={close} />}
    </>
  );
}
