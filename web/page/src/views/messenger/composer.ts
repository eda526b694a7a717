/** Who chose somebody types at once: the cursor goes to the composer as soon as it is there. */
const PATIENCE_MS = 3_000;
let waiting: { observer: MutationObserver; timer: ReturnType<typeof setTimeout> } | undefined;

/** Not where a keyboard on the screen would cover what one wants to read first. */
export function toComposer(): void {
  if (matchMedia("(pointer: coarse)").matches) return;
  stop();
  const observer = new MutationObserver(focus);
  observer.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["disabled"] });
  waiting = { observer, timer: setTimeout(stop, PATIENCE_MS) };
  setTimeout(focus);
}

function focus(): void {
  const composer = document.querySelector<HTMLElement>("#composer:not(:disabled)");
  // A dialog that closes gives the focus back to where it was before: after that it is the composer's.
  if (!composer || !waiting || document.querySelector("dialog[open]")) return;
  stop();
  composer.focus();
}

function stop(): void {
  if (!waiting) return;
  waiting.observer.disconnect();
  clearTimeout(waiting.timer);
  waiting = undefined;
}
