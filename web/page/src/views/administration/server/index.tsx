/** The licence, and how the part of the cluster that this page talks to is. */
import type { User } from "parley-client";
import { Gateway } from "./gateway.tsx";
import { LicenseCard } from "./license.tsx";
import "./server.css";

export function ServerPart({ me }: { me: User }) {
  return (
    <div class="server">
      {me.role === "admin" && <LicenseCard />}
      <Gateway />
    </div>
  );
}
