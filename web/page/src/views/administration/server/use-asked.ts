/** What an ask says, asked again from time to time. */
import type { Refusal } from "parley-client";
import { useEffect, useState } from "preact/hooks";
import { refusalOf } from "../../../text/refusal.ts";

export function useAsked<T>(ask: () => Promise<T>, everyMs: number): { said?: T; refusal?: Refusal } {
  const [heard, hear] = useState<{ said?: T; refusal?: Refusal }>({});
  useEffect(() => {
    let isOver = false;
    const look = () =>
      ask().then(
        (said) => isOver || hear({ said }),
        (thrown) => isOver || hear({ refusal: refusalOf(thrown) }),
      );
    void look();
    const timer = setInterval(look, everyMs);
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }, []);
  return heard;
}
