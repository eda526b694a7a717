/** A view, loaded when it is wanted first. Where that fails it is said, and can be tried again: nobody sees an empty page. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { lazy } from "preact-iso";
import { useParley } from "./parley.ts";
import { t } from "./text/index.ts";
import { Button } from "./ui/button.tsx";
import { Icon } from "./ui/icon.tsx";
import "./arriving.css";

type Load<Props> = () => Promise<{ default: ComponentType<Props> }>;

export function view<Props extends object>(load: Load<Props>): ComponentType<Props> {
  return lazy(() =>
    load().catch(() => ({ default: (props: Props) => <Missing<Props> load={load} given={props} /> })),
  ) as ComponentType<Props>;
}

function Missing<Props extends object>({ load, given }: { load: Load<Props>; given: Props }) {
  const [View, take] = useState<ComponentType<Props>>();
  const [isBusy, work] = useState(false);
  const isConnected = useParley((state) => state.connection.phase === "connected");

  async function again() {
    work(true);
    await load().then(
      (loaded) => take(() => loaded.default),
      () => undefined,
    );
    work(false);
  }

  useEffect(() => {
    if (isConnected) void again(); // what kept it away may be over
  }, [isConnected]);

  if (View) return <View {...given} />;
  return (
    <main class="arriving">
      <Icon name="warning" size={40} />
      <div role="alert">
        <h1 class="arriving__name">{t("part.missing")}</h1>
        <p>{t("part.missing_why")}</p>
      </div>
      <Button kind="primary" busy={isBusy} onClick={again}>
        {t("action.retry")}
      </Button>
      <Button kind="quiet" onClick={() => location.reload()}>
        {t("part.reload")}
      </Button>
    </main>
  );
}
