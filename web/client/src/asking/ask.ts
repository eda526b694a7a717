/** Any ask: by the line while it is live, else over HTTP; again where that is harmless, until it is no use. */
import { type Asks, REPEATABLE, type SocketAsk } from "../../../contract/index.ts";
import type { Line } from "../feed/line.ts";
import type { AskName } from "../parley.ts";
import type { Platform } from "../platform.ts";
import type { Tokens } from "../session/tokens.ts";
import { askOverHttp, isOverHttp } from "./http.ts";
import { asRefused, isOfToken, unanswered } from "./refused.ts";

/** How long whoever asks is kept waiting by repeats. */
const PATIENCE_MS = 15_000;
const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 3_000;

const REPEATED: ReadonlySet<string> = new Set(REPEATABLE);
/** The same one from the same person gives the same result. */
const BY_REQUEST_ID: ReadonlySet<string> = new Set(["user.create", "group.create"]);
/** Without a credential, or with that of the cookie. */
const OPEN: ReadonlySet<string> = new Set([
  "auth.login",
  "auth.refresh",
  "auth.password_policy",
  "auth.forgot_password",
  "auth.reset_password",
]);

const isHttpOnly = (name: string): boolean => name.startsWith("auth.") || name === "user.import";

export interface Asking {
  readonly platform: Platform;
  readonly url: string;
  readonly tokens: Tokens;
  readonly live: () => Line | undefined;
}

/** Raises `Refused`. */
export async function ask<Name extends AskName>(
  asking: Asking,
  name: Name,
  given: Asks[Name]["request"],
): Promise<Asks[Name]["answer"]> {
  const { platform, tokens } = asking;
  const request = BY_REQUEST_ID.has(name) ? { request_id: platform.newId(), ...given } : given;
  const isRepeatable = REPEATED.has(name) || BY_REQUEST_ID.has(name);
  const until = platform.now() + PATIENCE_MS;
  const tried = { token: false, internal: false };
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const token = tokens.access?.token;
    try {
      return await askOnce(asking, name, request);
    } catch (error) {
      const refused = asRefused(error);
      if (isOfToken(refused.code) && !OPEN.has(name) && token !== undefined && !tried.token) {
        tried.token = true;
        await tokens.renew(token);
        continue;
      }
      const isDue =
        refused.code === "rate_limited" ||
        (refused.code === "unavailable" && isRepeatable) ||
        (refused.code === "internal" && isRepeatable && !tried.internal);
      tried.internal ||= refused.code === "internal";
      const wait = Math.max(pause * (0.5 + platform.random()), (refused.retryAfterS ?? 0) * 1_000);
      if (!isDue || platform.now() + wait > until) throw refused;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

async function askOnce<Name extends AskName>(
  { platform, url, tokens, live }: Asking,
  name: Name,
  request: Asks[Name]["request"],
): Promise<Asks[Name]["answer"]> {
  const line = isHttpOnly(name) ? undefined : live();
  if (line !== undefined) return line.ask(name as SocketAsk, request as Asks[SocketAsk]["request"]) as never;
  if (!isOverHttp(name)) throw unanswered("There is no connection.");
  const isOpen = OPEN.has(name) || (name === "auth.change_password" && tokens.access === undefined);
  return askOverHttp(platform, url, name, request as never, isOpen ? undefined : await tokens.fresh()) as never;
}
