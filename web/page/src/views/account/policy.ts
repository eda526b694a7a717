/** The rules of a new password, as the server says them. */
import type { PasswordPolicy } from "parley-client";
import { useEffect, useState } from "preact/hooks";
import { parley } from "../../parley.ts";

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
