/** What a page can know of the server: whether it is ready, what is away behind it, its version, its own connection. */
import { useParley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { moment } from "../../../text/time.ts";
import { Fact } from "../people/panel.tsx";
import { useAsked } from "./use-asked.ts";

interface Ready {
  readonly status: "ready" | "degraded" | "starting" | "draining";
  readonly away: readonly string[];
}

const AGAIN_MS = 5_000;
const VERSION_MS = 600_000;

export function Gateway() {
  const { said: ready, refusal } = useAsked(readiness, AGAIN_MS);
  const { said: version } = useAsked(published, VERSION_MS);
  const connection = useParley((state) => state.connection);
  const state = refusal ? "unreachable" : (ready?.status ?? "asked");
  return (
    <section class="card server__card">
      <h2>{t("admin.gateway")}</h2>
      <p role="status">
        <span class={`tag ${state === "ready" ? "tag--info" : "tag--warning"}`}>{t(`admin.gateway_${state}`)}</span>
      </p>
      {ready && ready.away.length > 0 && <p>{t("admin.gateway_away", { parts: ready.away.join(", ") })}</p>}
      <dl class="facts">
        <Fact name={t("admin.gateway_address")} value={location.host} />
        <Fact name={t("admin.gateway_version")} value={version} />
        <Fact name={t("admin.connection")} value={t(`admin.connection_${connection.phase}`)} />
        <Fact name={t("admin.connection_since")} value={moment(new Date(connection.since).toISOString())} />
      </dl>
    </section>
  );
}

async function readiness(): Promise<Ready> {
  return (await fetch("/readyz", { cache: "no-store" })).json();
}

async function published(): Promise<string> {
  const document = (await (await fetch("/api/v1/openapi.json")).json()) as { info: { version: string } };
  return document.info.version;
}
