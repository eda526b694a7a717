/** What rows ask for. One object for as long as a conversation is open, so that rows are not drawn anew for it. */
import type { Message } from "parley-client";

export interface Actions {
  reply(message: Message): void;
  edit(message: Message): void;
  remove(message: Message): void;
  copy(message: Message): void;
  unreadFrom(message: Message): void;
  showReaders(message: Message): void;
  jumpTo(seq: number): void;
}
