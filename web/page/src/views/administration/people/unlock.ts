/** Lets somebody try again who had too many wrong passwords, and says how that went. */
import type { User } from "parley-client";
import { parley } from "../../../parley.ts";
import { t } from "../../../text/index.ts";
import { refusalOf, refusalText } from "../../../text/refusal.ts";
import { toast } from "../../../ui/toast.tsx";

/** Gives the person as they are then. */
export async function unlock(user: User): Promise<User> {
  try {
    await parley.ask("user.unlock", { user_id: user.user_id });
    toast(t("admin.unlocked", { name: user.name }));
    return (await parley.ask("user.get", { user_id: user.user_id })).user;
  } catch (thrown) {
    toast(refusalText(refusalOf(thrown)), { isError: true });
    return user;
  }
}
