/** A network for tests: what is asked over HTTP is answered by a function, and noted. */
import type { Code, Tokens } from "../../contract/index.ts";
import { type Platform, thisPlatform } from "../src/platform.ts";
import { ada } from "./people.ts";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly token: string | undefined;
}

export type Answer = { readonly code: Code; readonly retry_after_s?: number } | { readonly body: object } | "lost";

export const tokens = (token: string, expires_in = 900): Tokens => ({
  access_token: token,
  expires_in,
  user: ada,
  notices: [],
  refresh_token: `after ${token}`,
});

export function network(answer: (asked: Asked, nth: number) => Answer): { platform: Platform; asked: Asked[] } {
  const asked: Asked[] = [];
  const answering = async (url: string, options: RequestInit): Promise<Response> => {
    const headers = options.headers as Record<string, string>;
    const one: Asked = {
      method: options.method ?? "GET",
      path: url.replace("http://parley", ""),
      body: options.body === undefined ? undefined : JSON.parse(String(options.body)),
      token: headers.Authorization?.replace("Bearer ", ""),
    };
    asked.push(one);
    const told = answer(one, asked.length);
    if (told === "lost") throw new TypeError("fetch failed");
    if ("body" in told) return Response.json(told.body);
    return Response.json({ message: told.code, ...told }, { status: 400 });
  };
  const platform: Platform = {
    ...thisPlatform(),
    fetch: answering as unknown as typeof fetch,
    random: () => 0.5,
    locked: async (_, work) => Promise.resolve().then(work),
  };
  return { platform, asked };
}
