/** Whether somebody can be looking: the tab is visible and has the focus. */
import { useEffect, useState } from "preact/hooks";

export function isPresent(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}

export function usePresent(): boolean {
  const [present, set] = useState(isPresent);
  useEffect(() => {
    const look = () => set(isPresent());
    addEventListener("focus", look);
    addEventListener("blur", look);
    document.addEventListener("visibilitychange", look);
    look();
    return () => {
      removeEventListener("focus", look);
      removeEventListener("blur", look);
      document.removeEventListener("visibilitychange", look);
    };
  }, []);
  return present;
}
