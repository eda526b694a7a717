/** The access token: fresh when it is needed, renewed in time, never twice at once, and gone with the session. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Code } from "../../contract/index.ts";
import { Refused } from "../src/asking/refused.ts";
import { Backoff } from "../src/feed/backoff.ts";
import { type Access, Tokens } from "../src/session/tokens.ts";
import { type Answer, type Asked, network, tokens } from "./answers.ts";
import { ada } from "./people.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function held(answer: (asked: Asked, nth: number) => Answer, inCookie = false) {
  const { platform, asked } = network(answer);
  const renewed: Access[] = [];
  const ended: Code[] = [];
  const told = { renewed: (access: Access) => void renewed.push(access), ended: (why: Code) => void ended.push(why) };
  return { tokens: new Tokens(platform, "http://parley", inCookie, told), asked, renewed, ended };
}

const nth = (_: Asked, number: number): Answer => ({ body: tokens(`t${number}`, 100) });

test("it is renewed before it is over, with the refresh token that came last", async () => {
  const one = held(nth);
  await one.tokens.logIn("ada", "secret");
  await vi.advanceTimersByTimeAsync(70_000);
  expect(one.asked).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(29_000);
  expect(one.asked).toHaveLength(2);
  expect(one.asked[1]).toMatchObject({ path: "/api/v1/auth/refresh", body: { refresh_token: "after t1" } });
  expect(one.renewed.map(({ token }) => token)).toEqual(["t2"]);
  one.tokens.forget();
});

test("in a browser the refresh token is not asked for, and not kept", async () => {
  const one = held(nth, true);
  await one.tokens.logIn("ada", "secret");
  await one.tokens.renew("t1");
  expect(one.asked.map(({ body }) => body)).toEqual([{ login: "ada", password: "secret" }, {}]);
  one.tokens.forget();
});

test("however many need one, it is asked for once", async () => {
  const one = held(nth);
  await one.tokens.logIn("ada", "secret");
  await Promise.all([one.tokens.renew("t1"), one.tokens.renew("t1"), one.tokens.renew("t1")]);
  expect(one.asked).toHaveLength(2);
  expect((await one.tokens.renew("t1")).token).toBe("t2");
  expect(one.asked).toHaveLength(2);
  one.tokens.forget();
});

test("what another tab got is taken", async () => {
  const one = held(nth, true);
  one.tokens.take({ token: "theirs", expiresAt: Date.now() + 100_000, user: ada });
  expect([await one.tokens.fresh(), one.asked.length]).toEqual(["theirs", 0]);
  one.tokens.forget();
});

test("a session that is over is told once, and nothing is left of it", async () => {
  const one = held((asked, number) => (number === 1 ? nth(asked, 1) : { code: "session_ended" }));
  await one.tokens.logIn("ada", "secret");
  await expect(one.tokens.renew("t1")).rejects.toThrow(Refused);
  expect([one.ended, one.tokens.access, one.tokens.hasCredential]).toEqual([["session_ended"], undefined, false]);
  await vi.advanceTimersByTimeAsync(200_000);
  expect(one.asked).toHaveLength(2);
});

test("a lost answer ends nothing", async () => {
  const one = held((asked, number) => (number === 2 ? "lost" : nth(asked, number)));
  await one.tokens.logIn("ada", "secret");
  await expect(one.tokens.renew("t1")).rejects.toMatchObject({ code: "unavailable" });
  expect(one.ended).toEqual([]);
  expect((await one.tokens.renew("t1")).token).toBe("t3");
  one.tokens.forget();
});

test("nothing is asked for after the log-out", async () => {
  const one = held(nth);
  await one.tokens.logIn("ada", "secret");
  const waiting = one.tokens.renew("t1").catch((error: Refused) => error.code);
  one.tokens.forget();
  expect([await waiting, one.asked.length, one.ended]).toEqual(["session_ended", 1, []]);
});

test("an answer that comes after the log-out brings nobody back", async () => {
  const one = held((asked, number) => {
    if (number === 2) one.tokens.forget();
    return nth(asked, number);
  });
  await one.tokens.logIn("ada", "secret");
  const late = one.tokens.renew("t1").catch((error: Refused) => error.code);
  expect([await late, one.tokens.access, one.renewed, one.ended]).toEqual(["session_ended", undefined, [], []]);
});

test("attempts are longer and longer apart, never at the same moment, and begin anew", () => {
  const backoff = new Backoff();
  const longest = Array.from({ length: 8 }, () => backoff.next(1));
  expect(longest).toEqual([500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000, 8_000]);
  backoff.succeeded();
  expect(backoff.next(0)).toBeLessThan(backoff.next(1));
});
