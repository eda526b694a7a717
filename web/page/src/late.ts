/** Parts that are loaded when they are wanted, or a little before, so that they are there at once. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useParley } from "./parley.ts";
import { t } from "./text/index.ts";
import { toast } from "./ui/toast.tsx";

const BEFOREHAND_MS = 3_000;

/** Where it cannot be loaded, e.g. without a network, that is said, and `onFailure` is called: it may be wanted again. */
export function useLate<Props>(
  load: () => Promise<{ default: ComponentType<Props> }>,
  isWanted: boolean,
  onFailure: () => void,
): ComponentType<Props> | undefined {
  const [part, take] = useState<ComponentType<Props>>();
  const isConnected = useParley((state) => state.connection.phase === "connected");

  useEffect(() => {
    if (part || !isConnected) return;
    const timer = setTimeout(() => void load().catch(() => undefined), BEFOREHAND_MS);
    return () => clearTimeout(timer);
  }, [part, isConnected]);

  useEffect(() => {
    if (part || !isWanted) return;
    let isLeft = false;
    load().then(
      (loaded) => isLeft || take(() => loaded.default),
      () => {
        if (isLeft) return;
        toast(t("late.failed"), { isError: true });
        onFailure();
      },
    );
    return () => {
      isLeft = true;
    };
  }, [part, isWanted]);
  return part;
}
