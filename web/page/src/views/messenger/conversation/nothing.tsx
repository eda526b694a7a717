/** Where no message is to be shown: none was written yet, they are on their way, or they cannot be had. */
import type { Code } from "parley-client";
import { useParley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { Icon } from "../../../ui/icon.tsx";
import { Avatar } from "../../../ui/marks.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { shownStatusOf } from "../naming.ts";
import type { Row } from "./items.ts";
import { Unsent } from "./pending.tsx";
import { Text } from "./text.tsx";

interface NothingProps {
  name: string;
  otherId: string | undefined;
  groupId: string | undefined;
  failure: Code | undefined;
  isLoading: boolean;
  rows: readonly Row[];
}

export function Nothing({ name, otherId, groupId, failure, isLoading, rows }: NothingProps) {
  const person = useParley((state) => (otherId === undefined ? undefined : state.people.get(otherId)));
  if (failure) {
    return (
      <div class="nothing" role="alert">
        <Icon name="warning" size={32} />
        <h3>{t(failure === "not_found" ? "nothing.gone" : "nothing.failed")}</h3>
        <p>{t(failure === "not_found" ? "nothing.gone_why" : `refused.${failure}`)}</p>
      </div>
    );
  }
  if (isLoading && rows.length === 0) {
    return (
      <div class="nothing nothing__wait" role="status">
        <Spinner />
        {t("app.loading")}
      </div>
    );
  }
  return (
    <div class="nothing">
      <Avatar
        id={otherId ?? groupId ?? name}
        name={name}
        group={groupId !== undefined}
        {...(otherId !== undefined && { status: shownStatusOf(person) })}
      />
      <h3 dir="auto">{name}</h3>
      <p>{t(person?.user.disabled ? "nothing.disabled" : "nothing.begin", { name })}</p>
      <div class="nothing__rows">
        {rows.map(
          ({ pending }) =>
            pending && (
              <div key={pending.clientMessageId} class="message__main">
                <Text text={pending.text} />
                <Unsent pending={pending} />
              </div>
            ),
        )}
      </div>
    </div>
  );
}
