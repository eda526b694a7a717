/** Who may do what, so that nobody is shown what would be refused. The server decides all the same. */
import type { User } from "parley-client";

export type Role = User["role"];
export const ROLES: readonly Role[] = ["agent", "user", "admin"];
const MANAGED: Record<Role, readonly Role[]> = { agent: [], user: ["agent"], admin: ROLES };
const PARTS: Record<Role, readonly Part[]> = {
  agent: [],
  user: ["people", "groups", "server"],
  admin: ["people", "groups", "audit", "server"],
};
export type Part = "people" | "groups" | "audit" | "server";

/** What of the administration somebody sees. */
export function partsOf(role: Role): readonly Part[] {
  return PARTS[role];
}

/** The roles that they may give. */
export function givenBy(role: Role): readonly Role[] {
  return MANAGED[role];
}

/** Edit, end sessions, and the like. */
export function mayManage(me: User, person: User): boolean {
  return MANAGED[me.role].includes(person.role);
}

/** Disable, set a password, another role: of others only. */
export function mayRule(me: User, person: User): boolean {
  return mayManage(me, person) && me.user_id !== person.user_id;
}
