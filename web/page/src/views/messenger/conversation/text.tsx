/** What somebody wrote: text, with its links. Nothing of it is ever markup. */
import { memo } from "preact/compat";
import { piecesOf } from "./links.ts";

export const Text = memo(function Text({ text }: { text: string }) {
  return (
    <p class="message__text" dir="auto">
      {piecesOf(text).map((piece, at) =>
        piece.href ? (
          <a key={at} href={piece.href} target="_blank" rel="noopener noreferrer">
            {piece.text}
          </a>
        ) : (
          piece.text
        ),
      )}
    </p>
  );
});
