import { useEffect, useState } from "preact/hooks";
import { type Language, language } from "./index.ts";

/** Draws the view anew when the language changes. */
export function useLanguage(): Language {
  const [now, change] = useState(language.get());
  useEffect(() => {
    const follow = () => change(language.get());
    follow();
    return language.subscribe(follow);
  }, []);
  return now;
}
