/** One ask over HTTP: fields into path, query and body, the answer or what it was refused with. */
import { type Asks, type Refusal, ROUTES } from "../../../contract/index.ts";
import type { AskName } from "../parley.ts";
import type { Platform } from "../platform.ts";
import { Refused, unanswered } from "./refused.ts";

const ANSWER_MS = 10_000;
const IMPORT_MS = 120_000;

export const isOverHttp = (name: AskName): name is keyof typeof ROUTES => name in ROUTES;

export async function askOverHttp<Name extends AskName & keyof typeof ROUTES>(
  { fetch }: Platform,
  url: string,
  name: Name,
  request: Asks[Name]["request"],
  token?: string,
): Promise<Asks[Name]["answer"]> {
  const { method, path } = ROUTES[name];
  const fields = new Map(Object.entries(request).filter(([, value]) => value !== undefined));
  const place = path.replace(/\{(\w+)\}/g, (_, field: string) => {
    const value = fields.get(field);
    fields.delete(field);
    return encodeURIComponent(String(value));
  });
  const isRead = method === "GET";
  const query = isRead ? new URLSearchParams([...fields].map(([field, value]) => [field, String(value)])) : "";
  const hasBody = !isRead && method !== "DELETE";
  let response: Response;
  try {
    response = await fetch(`${url}${place}${String(query) && `?${query}`}`, {
      method,
      headers: {
        ...(hasBody ? { "Content-Type": "application/json" } : {}),
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      },
      ...(hasBody ? { body: JSON.stringify(Object.fromEntries(fields)) } : {}),
      cache: "no-store",
      signal: AbortSignal.timeout(name === "user.import" ? IMPORT_MS : ANSWER_MS),
    });
    if (response.status === 204) return {} as Asks[Name]["answer"];
    const body = await response.text();
    if (response.ok) return JSON.parse(body) as Asks[Name]["answer"];
    throw new Refused(refusalOf(response, body));
  } catch (error) {
    throw error instanceof Refused ? error : unanswered();
  }
}

/** What is no answer of Parley's comes from something before it, which is no reason to give up. */
function refusalOf(response: Response, body: string): Refusal {
  try {
    const problem = JSON.parse(body) as Partial<Refusal>;
    if (typeof problem.code === "string") return { message: "", ...problem } as Refusal;
  } catch {
    // below
  }
  const retry_after_s = Number(response.headers.get("Retry-After") ?? Number.NaN);
  const message = `The answer was ${response.status} ${response.statusText}.`;
  return { code: "unavailable", message, ...(retry_after_s >= 0 ? { retry_after_s } : {}) };
}
