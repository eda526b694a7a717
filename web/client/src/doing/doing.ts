/** How the parts that act ask: the answer is in the state when it is there, unless somebody else is logged in by then. */
import type { Asks } from "../../../contract/index.ts";
import { type Asking, ask } from "../asking/ask.ts";
import { asRefused } from "../asking/refused.ts";
import type { AskName } from "../parley.ts";
import type { Answered } from "../state/inputs.ts";
import { me } from "../state/whole.ts";
import type { Store } from "../store.ts";

export interface Do {
  ask<Name extends AskName>(name: Name, request: Asks[Name]["request"]): Promise<Asks[Name]["answer"]>;
}

/** `ended`: the session is over, as an answer says. */
export function doing(asking: Asking, store: Store, ended: () => void): Do {
  return {
    async ask(name, request) {
      const asked = store.state;
      try {
        const answer = await ask(asking, name, request);
        if (me(store.state) === me(asked)) {
          const answered = { name, request, answer } as unknown as Answered;
          store.dispatch({ kind: "answered", answered, asked, at: asking.platform.now() });
        }
        return answer;
      } catch (error) {
        if (asRefused(error).code === "session_ended" && me(store.state) === me(asked)) ended();
        throw error;
      }
    },
  };
}
