/**
 * The access token, in memory alone, and the next one in time. Every refresh of a browser is under one lock, and what it
 * gives goes to all its tabs: of the refresh tokens that were replaced only the last one stays good for a while. So are
 * log-ins and log-outs: the answer that comes last has the cookie, and a slow log-out would take that of who came after.
 */
import type { Tokens as Answer, Code, User } from "../../../contract/index.ts";
import { askOverHttp } from "../asking/http.ts";
import { isPassing, Refused, unanswered } from "../asking/refused.ts";
import type { Platform } from "../platform.ts";
import type { EndReason } from "../state/state.ts";

export interface Access {
  readonly token: string;
  readonly expiresAt: number;
  readonly user: User;
}

/** Refreshed when so much of its life is left, at most so long before its end. */
const LEFT = 0.25;
const BEFORE_MS = 120_000;
/** Of a token that is used at once. */
const AT_HAND_MS = 5_000;

export interface TokensTell {
  /** A fresh one, from here or from another tab. */
  readonly renewed: (access: Access, answer?: Answer) => void;
  readonly ended: (why: Code, reason?: EndReason) => void;
}

export class Tokens {
  access: Access | undefined;
  readonly #platform: Platform;
  readonly #url: string;
  readonly #inCookie: boolean;
  readonly #tell: TokensTell;
  #refreshToken: string | undefined;
  #renewing: Promise<Access> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Grows when the session does, or ends: an answer that is of another one is of no use. */
  #age = 0;

  constructor(platform: Platform, url: string, inCookie: boolean, tell: TokensTell) {
    this.#platform = platform;
    this.#url = url;
    this.#inCookie = inCookie;
    this.#tell = tell;
  }

  async logIn(login: string, password: string): Promise<Answer> {
    const request = { login, password, ...(this.#inCookie ? {} : { session: "token" as const }) };
    return this.#alone(async () => {
      const answer = await askOverHttp(this.#platform, this.#url, "auth.login", request);
      this.#age++;
      this.#keep(answer);
      return answer;
    });
  }

  /** One that is good now. Raises `Refused`. */
  async fresh(): Promise<string> {
    const { access } = this;
    return access !== undefined && access.expiresAt - AT_HAND_MS > this.#platform.now()
      ? access.token
      : (await this.renew(access?.token)).token;
  }

  /** Another one than `bad`: refreshed, unless that was done meanwhile. */
  renew(bad: string | undefined): Promise<Access> {
    if (this.access !== undefined && this.access.token !== bad) return Promise.resolve(this.access);
    const age = this.#age;
    this.#renewing ??= this.#alone(() => this.#renew(bad, age)).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  /** Of another tab. */
  take(access: Access): void {
    this.#age++;
    this.access = access;
    this.#renewInTime();
  }

  forget(): void {
    this.#age++;
    this.access = undefined;
    this.#refreshToken = undefined;
    clearTimeout(this.#timer);
  }

  /** No refresh until one is asked for. */
  rest(): void {
    clearTimeout(this.#timer);
  }

  get hasCredential(): boolean {
    return this.#inCookie || this.#refreshToken !== undefined;
  }

  async logOut(): Promise<void> {
    const request = this.#refreshToken === undefined ? {} : { refresh_token: this.#refreshToken };
    const isGood = this.access !== undefined && this.access.expiresAt > this.#platform.now();
    const token = isGood ? this.access?.token : undefined;
    await this.#alone(() => askOverHttp(this.#platform, this.#url, "auth.logout", request, token));
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#platform.locked(`parley ${this.#url}`, work);
  }

  async #renew(bad: string | undefined, age: number): Promise<Access> {
    if (this.access !== undefined && this.access.token !== bad) return this.access; // another tab did, while this one waited
    if (age !== this.#age) throw loggedOut();
    const request = this.#refreshToken === undefined ? {} : { refresh_token: this.#refreshToken };
    try {
      const answer = await askOverHttp(this.#platform, this.#url, "auth.refresh", request);
      if (age !== this.#age) throw loggedOut();
      this.#keep(answer);
      this.#tell.renewed(this.access!, answer);
      return this.access!;
    } catch (error) {
      const { code, reason } = error instanceof Refused ? error : unanswered();
      if (age === this.#age && !isPassing(code) && code !== "internal") {
        this.forget();
        this.#tell.ended(code, reason);
      }
      throw error;
    }
  }

  #keep(answer: Answer): void {
    const expiresAt = this.#platform.now() + answer.expires_in * 1_000;
    this.access = { token: answer.access_token, expiresAt, user: answer.user };
    if (!this.#inCookie) this.#refreshToken = answer.refresh_token ?? this.#refreshToken;
    this.#renewInTime();
  }

  #renewInTime(): void {
    clearTimeout(this.#timer);
    const { token, expiresAt } = this.access!;
    const left = expiresAt - this.#platform.now();
    const before = Math.min(left * LEFT, BEFORE_MS) * (0.75 + this.#platform.random() / 4);
    this.#timer = setTimeout(
      () => {
        this.renew(token).catch(() => {
          // said to have ended already, or asked again where a token is needed
        });
      },
      Math.max(0, left - before),
    );
  }
}

const loggedOut = (): Refused => new Refused({ code: "session_ended", message: "Logged out meanwhile." });
