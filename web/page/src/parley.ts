/** The one client of this page, and how views read it. */
import { createParley, type Parley, type State } from "parley-client";
import { useEffect, useRef, useState } from "preact/hooks";

export const parley: Parley = createParley({ url: location.origin });

/** What `select` takes out of the state; the view is drawn anew only when that is another value. */
export function useParley<T>(select: (state: State) => T, isSame: (one: T, other: T) => boolean = Object.is): T {
  const selector = useRef(select);
  selector.current = select;
  const [, draw] = useState(0);
  const shown = useRef<T>(undefined as T);
  shown.current = select(parley.state);
  useEffect(() => {
    const follow = () => {
      if (!isSame(selector.current(parley.state), shown.current)) draw((count) => count + 1);
    };
    follow(); // what changed between the drawing and now
    return parley.subscribe(follow);
  }, [isSame]);
  return shown.current;
}
