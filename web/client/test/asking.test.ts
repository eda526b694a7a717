/** What is asked again, what is not, and what whoever asks is told. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ask } from "../src/asking/ask.ts";
import { Refused } from "../src/asking/refused.ts";
import type { AskName } from "../src/parley.ts";
import { Tokens } from "../src/session/tokens.ts";
import { type Answer, type Asked, network, tokens } from "./answers.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Of one ask, by somebody who is logged in. */
async function asking(name: AskName, request: object, answer: (asked: Asked, nth: number) => Answer) {
  const { platform, asked } = network((one, nth) =>
    one.path.endsWith("/login") ? { body: tokens("first") } : answer(one, nth),
  );
  const held = new Tokens(platform, "http://parley", false, { renewed: () => {}, ended: () => {} });
  await held.logIn("ada", "secret");
  asked.pop();
  const told = ask(
    { platform, url: "http://parley", tokens: held, live: () => undefined },
    name,
    request as never,
  ).then(
    (body) => ({ body }),
    (error: Refused) => ({ code: error.code, error }),
  );
  await vi.advanceTimersByTimeAsync(20_000);
  held.forget();
  return { told: await told, asked };
}

test("fields go into path, query and body", async () => {
  const request = { conversation_id: "d/1", before_seq: 7, limit: 50 };
  const read = await asking("message.list", request, () => ({ body: { messages: [] } }));
  expect(read.asked).toEqual([
    {
      method: "GET",
      path: "/api/v1/conversations/d%2F1/messages?before_seq=7&limit=50",
      body: undefined,
      token: "first",
    },
  ]);
  const changed = await asking("conversation.update", { conversation_id: "d1", muted: true }, () => ({ body: {} }));
  expect(changed.asked[0]).toMatchObject({ method: "PATCH", path: "/api/v1/conversations/d1", body: { muted: true } });
});

test("what is repeatable is repeated until it is answered", async () => {
  const { told, asked } = await asking("me.get", {}, (_, nth) => (nth < 3 ? "lost" : { body: { user: 1 } }));
  expect([told, asked.length]).toEqual([{ body: { user: 1 } }, 3]);
});

test("and not for ever", async () => {
  const { told, asked } = await asking("me.get", {}, () => ({ code: "unavailable" }));
  expect(told).toMatchObject({ code: "unavailable" });
  expect(asked.length).toBeGreaterThan(3);
});

test("what may have been done is not done again", async () => {
  const { told, asked } = await asking("user.set_password", { user_id: "u", password: "p" }, () => "lost");
  expect(told).toMatchObject({ code: "unavailable" });
  expect(asked).toHaveLength(1);
});

test("what creates has one request id over all attempts", async () => {
  const request = { name: "Floor", member_ids: [] };
  const { asked } = await asking("group.create", request, (_, nth) => (nth < 3 ? "lost" : { body: {} }));
  const ids = asked.map(({ body }) => (body as { request_id: string }).request_id);
  expect([ids.length, new Set(ids).size, typeof ids[0]]).toEqual([3, 1, "string"]);
});

test("too many asks wait as long as they are told to", async () => {
  const began = Date.now();
  let askedAgainAt = 0;
  const { told } = await asking("user.set_password", { user_id: "u", password: "p" }, (_, nth) => {
    if (nth === 1) return { code: "rate_limited", retry_after_s: 4 };
    askedAgainAt = Date.now();
    return { body: {} };
  });
  expect(told).toEqual({ body: {} });
  expect(askedAgainAt - began).toBeGreaterThanOrEqual(4_000);
});

test("a refusal is what the server said", async () => {
  const { told, asked } = await asking("user.get", { user_id: "u" }, () => ({ code: "not_found" }));
  expect(told).toMatchObject({ code: "not_found" });
  expect((told as { error: Refused }).error).toBeInstanceOf(Refused);
  expect(asked).toHaveLength(1);
});

test("a fault is tried once more", async () => {
  const { told, asked } = await asking("me.get", {}, () => ({ code: "internal" }));
  expect([told, asked.length]).toMatchObject([{ code: "internal" }, 2]);
});

test.each(["token_expired", "token_invalid", "unknown_authorization_format"] as const)(
  "%s heals itself",
  async (code) => {
    const { told, asked } = await asking("me.get", {}, ({ path, token }) => {
      if (path.endsWith("/refresh")) return { body: tokens("second") };
      return token === "second" ? { body: { user: 1 } } : { code };
    });
    expect(told).toEqual({ body: { user: 1 } });
    expect(asked.map(({ path }) => path.split("/").at(-1))).toEqual(["me", "refresh", "me"]);
  },
);
