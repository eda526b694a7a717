import { type Language, language } from "./index.ts";
import { useSignal } from "./use-signal.ts";

/** Draws the view anew when the language changes. */
export function useLanguage(): Language {
  return useSignal(language);
}
