/** What is in the trail, of which each has a name in the language of the person. */
export const ACTIONS = [
  "auth.login",
  "auth.logout",
  "auth.change_password",
  "auth.forgot_password",
  "auth.reset_password",
  "user.create",
  "user.create_first_admin",
  "user.invite",
  "user.import",
  "user.update",
  "user.set_password",
  "user.locked",
  "user.unlock",
  "session.end",
  "session.token_reused",
  "token.create",
  "token.revoke",
  "keys.rotate",
] as const;
export const OUTCOMES = [
  "done",
  "invalid_credentials",
  "too_many_attempts",
  "account_disabled",
  "password_expired",
  "password_policy",
  "password_reused",
  "reset_token_invalid",
  "forbidden",
  "conflict",
  "seats_exhausted",
  "interrupted",
] as const;

export function isAction(name: string): boolean {
  return (ACTIONS as readonly string[]).includes(name);
}

export function isOutcome(name: string): boolean {
  return (OUTCOMES as readonly string[]).includes(name);
}
