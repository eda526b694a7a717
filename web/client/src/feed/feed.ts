/**
 * The live feed: one line at a time, another as soon as it is lost, for as long as somebody is logged in. Says exactly
 * once what happened to it, in order.
 */
import { type Code, ENDINGS, type Ending } from "../../../contract/index.ts";
import { asRefused, isOfToken } from "../asking/refused.ts";
import type { Platform } from "../platform.ts";
import type { Tokens } from "../session/tokens.ts";
import type { Push } from "../state/inputs.ts";
import type { EndReason } from "../state/state.ts";
import { Backoff } from "./backoff.ts";
import { Line } from "./line.ts";

/** Where the machine says that it has no network, it is asked all the same now and then: it may be wrong. */
const OFFLINE_MS = 30_000;
/** Where the server has too many connections of this person. */
const FULL_MS = 30_000;
/** No connection is to be had in this session. */
const OVER: ReadonlySet<string> = new Set(["account_disabled", "password_expired"]);

export interface FeedTells {
  readonly opened: () => void;
  readonly pushed: (push: Push) => void;
  readonly lost: (told: { isOffline: boolean; retryAt?: number; ending?: Ending }) => void;
  /** Coming back is of no use. */
  readonly ended: (why: Code | Ending, reason?: EndReason) => void;
}

export class Feed {
  readonly #url: string;
  readonly #platform: Platform;
  readonly #tokens: Tokens;
  readonly #tell: FeedTells;
  readonly #backoff = new Backoff();
  #line: Line | undefined;
  #cursor: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isWanted = false;
  #isOffline = false;
  #isRefusedFresh = false;
  #ending: Ending | undefined;
  #reason: EndReason | undefined;
  #returnMs: number | undefined;
  /** Of attempts: one that was given up has nothing more to say. */
  #attempt = 0;

  constructor(platform: Platform, url: string, tokens: Tokens, tell: FeedTells) {
    this.#platform = platform;
    this.#url = url;
    this.#tokens = tokens;
    this.#tell = tell;
  }

  /** The line that is asked: only a live one answers. */
  get live(): Line | undefined {
    return this.#line?.isLive ? this.#line : undefined;
  }

  start(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.#platform.network?.addEventListener("offline", this.#wentOffline);
    this.#platform.network?.addEventListener("online", this.#wentOnline);
    this.#tell.lost({ isOffline: false });
    void this.#open();
  }

  /** `isForgotten`: whoever comes next starts from a snapshot. */
  stop(isForgotten: boolean): void {
    if (isForgotten) this.#cursor = undefined;
    if (!this.#isWanted) return;
    this.#isWanted = false;
    this.#attempt++;
    clearTimeout(this.#timer);
    this.#platform.network?.removeEventListener("offline", this.#wentOffline);
    this.#platform.network?.removeEventListener("online", this.#wentOnline);
    const line = this.#line;
    this.#line = undefined;
    line?.end();
  }

  /** The line lives on with another token. */
  async renewed(token: string): Promise<void> {
    this.#isRefusedFresh = false;
    try {
      await this.live?.ask("session.refresh", { token });
    } catch (error) {
      if (isOfToken(asRefused(error).code)) this.#line?.end(); // of another session: anew with this one
    }
  }

  async #open(): Promise<void> {
    const attempt = ++this.#attempt;
    clearTimeout(this.#timer);
    let token: string;
    try {
      token = await this.#tokens.fresh();
    } catch (error) {
      if (attempt === this.#attempt) this.#lost(asRefused(error).retryAfterS);
      return;
    }
    if (attempt !== this.#attempt) return;
    this.#line = new Line(this.#url, this.#cursor === undefined ? { token } : { token, cursor: this.#cursor }, {
      opened: () => attempt === this.#attempt && this.#tell.opened(),
      pushed: (push) => attempt === this.#attempt && this.#hear(push),
      ended: (code) => attempt === this.#attempt && this.#ended(code, token),
    });
  }

  #hear(push: Push): void {
    if (push.name === "connection.warning") this.#warned(push.body.code, push.body.reconnect_after_ms);
    if (push.name === "session.ended") {
      this.#ending = push.body.code;
      this.#reason = push.body.reason;
    }
    if (push.name === "ready") {
      this.#backoff.succeeded();
      this.#isRefusedFresh = this.#isOffline = false;
      this.#ending = this.#returnMs = undefined;
    }
    this.#tell.pushed(push);
    if ("cursor" in push.body) this.#cursor = push.body.cursor; // what was taken in is not told again
  }

  /** Now, or soon: then there is time for another token, and nothing ends. */
  #warned(code: Ending, reconnectAfterMs: number | undefined): void {
    if (reconnectAfterMs !== undefined) {
      this.#ending = code;
      this.#returnMs = reconnectAfterMs;
    }
    if (code === "session_expired") {
      this.#tokens.renew(this.#tokens.access?.token).catch(() => {
        // tried again when the line is opened anew
      });
    }
  }

  #ended(code: string | undefined, token: string): void {
    this.#line = undefined;
    const ending = this.#ending;
    if (code !== undefined && (isOfToken(code) || code === "session_ended")) void this.#heal(code as Code, token);
    else if (ending === "unauthorized") void this.#heal("token_invalid", token);
    else if (code !== undefined && OVER.has(code)) this.#tell.ended(code as Code);
    else if (ending === "session_ended") this.#tell.ended(ending, this.#reason);
    else {
      const isFull = code === "too_many_connections" || (ending !== undefined && !ENDINGS[ending].returns);
      if (isFull) this.#returnMs = FULL_MS;
      this.#lost();
    }
  }

  /** Once with another token, or to be told why there is none; where that is not taken either, only a log-in helps. */
  async #heal(code: Code, token: string): Promise<void> {
    if (this.#isRefusedFresh) return this.#tell.ended(code);
    this.#isRefusedFresh = true;
    this.#tell.lost({ isOffline: this.#isOffline });
    const attempt = ++this.#attempt;
    try {
      await this.#tokens.renew(token);
      if (attempt === this.#attempt) void this.#open();
    } catch (error) {
      if (attempt !== this.#attempt) return;
      this.#isRefusedFresh = false; // it was not asked with another one
      this.#lost(asRefused(error).retryAfterS);
    }
  }

  #lost(retryAfterS = 0): void {
    const wait = this.#isOffline ? OFFLINE_MS : (this.#returnMs ?? this.#backoff.next(this.#platform.random()));
    this.#returnMs = undefined;
    this.#retryIn(Math.max(wait, retryAfterS * 1_000));
  }

  #retryIn(wait: number): void {
    if (!this.#isWanted) return;
    const ending = this.#ending;
    this.#tell.lost({
      isOffline: this.#isOffline,
      retryAt: this.#platform.now() + wait,
      ...(ending === undefined ? {} : { ending }),
    });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#open(), wait);
  }

  readonly #wentOffline = (): void => {
    this.#isOffline = true;
    this.#attempt++;
    const line = this.#line;
    this.#line = undefined;
    line?.end();
    this.#retryIn(OFFLINE_MS);
  };

  readonly #wentOnline = (): void => {
    this.#isOffline = false;
    if (this.#line !== undefined) return;
    this.#tell.lost({ isOffline: false });
    this.#backoff.succeeded();
    void this.#open();
  };
}
