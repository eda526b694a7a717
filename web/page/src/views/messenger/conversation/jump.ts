/** Goes to a message, from wherever: the conversation that shows it takes it from here. */
import { signal } from "../../../text/signal.ts";

export interface Jump {
  readonly conversationId: string;
  readonly seq: number;
}

export const jump = signal<Jump | undefined>(undefined);
