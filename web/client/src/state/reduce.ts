/** The state after an input: a pure function. What does not change stays the same object. */
import { answered } from "./answers.ts";
import * as connection from "./connection.ts";
import type { Input } from "./inputs.ts";
import * as messages from "./messages.ts";
import * as outbox from "./outbox.ts";
import { gone, pushed } from "./pushes.ts";
import * as session from "./session.ts";
import { typingOver } from "./typing.ts";
import { readHere, unreading } from "./unread.ts";
import type { Whole } from "./whole.ts";

export function reduce(whole: Whole, input: Input): Whole {
  switch (input.kind) {
    case "entered":
      return session.enter(whole, input.user, input.notices, input.at);
    case "left":
      return session.leave(input);
    case "pushed":
      return pushed(whole, input.push, input.at);
    case "answered":
      return answered(whole, input.answered, input.asked);
    case "feed.lost":
      return connection.lost(whole, input);
    case "feed.opened":
      return connection.opened(whole, input.at);
    case "feed.whole":
      return connection.madeWhole(whole, input.at);
    case "opened":
      return messages.opened(whole, input.conversationId);
    case "paged":
      return messages.paged(whole, input.conversationId, input.page, input.asked);
    case "people.complete":
      return whole.allPeople ? whole : { ...whole, allPeople: true };
    case "conversation.gone":
      // unless it was told of since it was asked for
      return whole.own.incomplete.has(input.conversationId) ? gone(whole, input.conversationId) : whole;
    case "read":
      return readHere(whole, input.conversationId, input.seq);
    case "read.refused":
      return unreading(whole, input.conversationId);
    case "written":
      return outbox.written(whole, input.pending);
    case "send.refused":
      return outbox.refused(whole, input.clientMessageId, input.refusal);
    case "retried":
      return outbox.retried(whole, input.clientMessageId);
    case "discarded":
      return outbox.without(whole, input.clientMessageId);
    case "time.passed":
      return typingOver(whole, input.at);
  }
}
