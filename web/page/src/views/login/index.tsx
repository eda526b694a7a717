/** The way in: the form, or a new password where one has to be chosen, or a link for whoever forgot theirs. */

import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { parley, useParley } from "../../parley.ts";
import { usePolicy } from "../account/policy.ts";
import { Card } from "./card.tsx";
import { ForcedChange } from "./forced-change.tsx";
import { Forgot } from "./forgot.tsx";
import { LogIn } from "./log-in.tsx";
import { Reset } from "./reset.tsx";
import { onToken, takeToken } from "./token.ts";
import { isLogin, loginPath, wanted } from "./wanted.ts";
import "./login.css";

/** `expired`: the password was right, and good for one thing only, to change it. */
export type Step =
  | { readonly at: "form"; readonly login?: string; readonly said?: "password_chosen" | "link_sent" }
  | { readonly at: "expired"; readonly login: string; readonly password: string; readonly why: string }
  | { readonly at: "forgot"; readonly login: string }
  | { readonly at: "reset"; readonly token: string };

/** `wasIn`: somebody was logged in here before; who leaves by themselves leaves the address to nobody. */
export default function Login({ wasIn }: { wasIn: boolean }) {
  const [step, go] = useState<Step>(() => {
    const token = takeToken();
    return token ? { at: "reset", token } : { at: "form" };
  });
  const policy = usePolicy();
  const isIn = useParley((state) => state.session.phase === "in");
  const { path, url, route } = useLocation();
  useEffect(() => {
    if (isLogin(path)) return;
    const { session } = parley.state;
    const hasLeft = wasIn && session.phase === "out" && !session.why;
    route(loginPath(hasLeft ? "/" : url), true);
  }, [path]);
  useEffect(() => onToken((token) => go({ at: "reset", token })), []);
  const isDone = isIn && step.at !== "reset";
  useEffect(() => {
    if (isDone) route(wanted(), true);
  }, [isDone, route]);
  if (isDone) return null;
  return (
    <Card>
      {step.at === "form" && <LogIn step={step} policy={policy} go={go} />}
      {step.at === "expired" && <ForcedChange step={step} policy={policy} go={go} />}
      {step.at === "forgot" && <Forgot step={step} go={go} />}
      {step.at === "reset" && <Reset step={step} policy={policy} go={go} />}
    </Card>
  );
}
