/** What a refusal says in the language of the person. */
import { type Refusal, STATUS } from "parley-client";
import { faultText } from "./fault.ts";
import { t } from "./index.ts";

/** The refusal in whatever was thrown; what is none is a fault of ours: `internal`. */
export function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof Error) {
    const { refusal = thrown } = thrown as Error & { refusal?: unknown };
    if (isRefusal(refusal)) return refusal;
    console.error(thrown);
  }
  return { code: "internal", message: String(thrown) };
}

function isRefusal(thing: unknown): thing is Refusal {
  return typeof thing === "object" && thing !== null && "code" in thing && String(thing.code) in STATUS;
}

/** One sentence for the whole of it: the very one that was said where it is known, else the one of its code. */
export function refusalText(refusal: Refusal): string {
  return faultText(refusal.message) ?? t(`refused.${refusal.code}`);
}

/** What is wrong with a field, a sentence each. */
export function fieldErrors(refusal: Refusal | undefined, field: string): string[] {
  return (refusal?.errors?.[field] ?? []).map((said) => faultText(said) ?? said);
}
