/** What is raised where an ask is refused, or not answered: then the code is `unavailable`. */
import type { Code, Refusal } from "../../../contract/index.ts";

export class Refused extends Error {
  override readonly name = "Refused";
  readonly code: Code;
  readonly retryAfterS?: number;
  /** By field. */
  readonly errors?: Readonly<Record<string, readonly string[]>>;
  /** Of a session that has ended, why. */
  readonly reason?: NonNullable<Refusal["reason"]>;

  constructor({ code, message, retry_after_s, errors, reason }: Refusal) {
    super(message);
    this.code = code;
    if (retry_after_s !== undefined) this.retryAfterS = retry_after_s;
    if (errors !== undefined) this.errors = errors;
    if (reason !== undefined) this.reason = reason;
  }

  /** As it is told in state. */
  get refusal(): Refusal {
    const { code, message, retryAfterS, errors, reason } = this;
    return {
      code,
      message,
      ...(retryAfterS === undefined ? {} : { retry_after_s: retryAfterS }),
      ...(errors === undefined ? {} : { errors: errors as Record<string, string[]> }),
      ...(reason === undefined ? {} : { reason }),
    };
  }
}

export const unanswered = (message = "No answer came."): Refused => new Refused({ code: "unavailable", message });

/** The access token is at fault, or too old: a fresh one helps. */
export const isOfToken = (code: string): boolean =>
  code === "token_expired" || code === "token_invalid" || code === "unknown_authorization_format";

/** It passes by itself. */
export const isPassing = (code: string): boolean => code === "unavailable" || code === "rate_limited";

export const asRefused = (error: unknown): Refused =>
  error instanceof Refused ? error : new Refused({ code: "internal", message: String(error) });
