/** How long a text may be, in what the server counts: bytes of UTF-8. */
import { parley } from "../../../parley.ts";

/** So much before the end it is said how much is left. */
const SAID_BEFORE = 1_024;

const encoder = new TextEncoder();

export function bytesOf(text: string): number {
  return encoder.encode(text).length;
}

/** How many bytes are left, negative where there are too many; undefined while there are plenty, or nobody knows. */
export function leftOf(text: string, most = parley.state.limits?.text_bytes_max): number | undefined {
  if (most === undefined) return undefined;
  const saidFrom = most - SAID_BEFORE;
  // No sign takes more than three bytes for each of its units, so that short texts are not counted at every key.
  if (text.length * 3 < saidFrom) return undefined;
  const bytes = bytesOf(text);
  return bytes < saidFrom ? undefined : most - bytes;
}
