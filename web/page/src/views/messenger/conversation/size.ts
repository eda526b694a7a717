/** How long a text may be, in what the server counts: bytes of UTF-8. */
export const TEXT_BYTES_MAX = 16_384;
/** From here on it is said how much is left. */
export const SAID_FROM = TEXT_BYTES_MAX - 1_024;

const encoder = new TextEncoder();

export function bytesOf(text: string): number {
  return encoder.encode(text).length;
}

/** How many bytes are left, negative where there are too many; undefined while there are plenty. */
export function leftOf(text: string): number | undefined {
  // No sign takes more than three bytes for each of its units, so that short texts are not counted at every key.
  if (text.length * 3 < SAID_FROM) return undefined;
  const bytes = bytesOf(text);
  return bytes < SAID_FROM ? undefined : TEXT_BYTES_MAX - bytes;
}
