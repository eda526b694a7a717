/** Which rules of the policy a password meets. */
import type { PasswordPolicy, PasswordRule } from "parley-client";

/** `unknown`: only the server can tell, and has not yet. */
export type Met = "met" | "unmet" | "unknown";

export interface Judged {
  readonly rule: PasswordRule;
  readonly met: Met;
}

/** `told`: what the server said of this very password. */
export function judge(policy: PasswordPolicy, password: string, told: readonly string[] = []): Judged[] {
  return policy.rules.map((rule) => ({ rule, met: metBy(rule, password, told) }));
}

function metBy({ pattern, message, code }: PasswordRule, password: string, told: readonly string[]): Met {
  if (told.includes(message)) return "unmet";
  if (pattern) return new RegExp(pattern, "u").test(password) ? "met" : "unmet";
  const most = code === "max_bytes" && password ? Number(/\d+/.exec(message)?.[0]) : Number.NaN;
  if (Number.isNaN(most)) return "unknown";
  return new TextEncoder().encode(password).length <= most ? "met" : "unmet";
}
