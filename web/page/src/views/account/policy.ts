/** The rules of a new password, and which of them a password meets. */
import type { PasswordPolicy, PasswordRule } from "parley-client";
import { useEffect, useState } from "preact/hooks";
import { parley } from "../../parley.ts";

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

const AGAIN_MS = 3_000;

/** The policy once it is known; asked for again as long as it is not. Nothing waits for it. */
export function usePolicy(): PasswordPolicy | undefined {
  const [policy, know] = useState<PasswordPolicy>();
  useEffect(() => {
    let timer = 0;
    let isOver = false;
    async function ask() {
      try {
        const answer = await parley.ask("auth.password_policy", {});
        if (!isOver) know(answer);
      } catch {
        if (!isOver) timer = setTimeout(ask, AGAIN_MS) as unknown as number;
      }
    }
    void ask();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, []);
  return policy;
}
