/** Makes or changes a person; of a change only what is another now is said. */
import type { User, UserAnswer } from "parley-client";
import { parley } from "../../../parley.ts";

export interface Person {
  readonly login: string;
  readonly name: string;
  readonly email: string;
  readonly role: User["role"];
  /** Set: a service account, which comes in by tokens. */
  readonly kind?: User["kind"];
}

/** One form's attempts: the same person twice is one person, another one is another request. */
export interface Request {
  readonly id: string;
  of: string;
  count: number;
}

const BYTES = 12;

export function newRequest(): Request {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  return { id: [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(""), of: "", count: 0 };
}

export async function savePerson(
  person: Person,
  edited: User | undefined,
  password: { password?: string; must_change?: boolean },
  request: Request,
): Promise<UserAnswer> {
  const { login, name, role, kind } = person;
  const email = person.email.trim();
  if (!edited) {
    const asked = kind
      ? { login, name, role: "agent" as const, kind }
      : { login, name, role, ...(email && { email }), ...password };
    return parley.ask("user.create", { ...asked, request_id: requestId(request, JSON.stringify(asked)) });
  }
  return parley.ask("user.update", {
    user_id: edited.user_id,
    ...(name !== edited.name && { name }),
    ...(email !== (edited.email ?? "") && { email }),
    ...(role !== edited.role && { role }),
  });
}

function requestId(request: Request, asked: string): string {
  if (asked !== request.of) request.count += 1;
  request.of = asked;
  return `${request.id}-${request.count}`;
}
