/** The field one writes in: what of it is sent, and how high it is. */

/** Lines before and after the text are an accident of pasting. */
export function trimmed(text: string): string {
  return text.replace(/^(?:[^\S\n]*\n)+/, "").trimEnd();
}

const growsByItself = CSS.supports("field-sizing", "content");

/** Where the browser does not do it: as high as the text, up to the height that the style sheet allows. */
export function grow(box: HTMLTextAreaElement): void {
  if (growsByItself) return;
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}
