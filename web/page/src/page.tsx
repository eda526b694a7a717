/** Which view an address shows, and to whom. */
import { useRef } from "preact/hooks";
import { ErrorBoundary, LocationProvider, Route, Router, useLocation } from "preact-iso";
import { Arriving } from "./arriving.tsx";
import { useParley } from "./parley.ts";
import { useLanguage } from "./text/use.ts";
import { Toasts } from "./ui/toast.tsx";
import { view } from "./view.tsx";

const Login = view(() => import("./views/login/index.tsx"));
const Messenger = view(() => import("./views/messenger/index.tsx"));
const Administration = view(() => import("./views/administration/index.tsx"));

export function Page() {
  useLanguage();
  const session = useParley((state) => state.session.phase);
  if (session === "unknown") return <Arriving />;
  return (
    <LocationProvider>
      <ErrorBoundary>
        <View isIn={session === "in"} />
      </ErrorBoundary>
      <Toasts />
    </LocationProvider>
  );
}

function View({ isIn }: { isIn: boolean }) {
  const { path } = useLocation();
  const wasIn = useRef(isIn);
  wasIn.current ||= isIn;
  if (!isIn || path === "/login") return <Login wasIn={wasIn.current} />;
  return (
    <Router>
      <Route path="/administration/:part?" component={Administration} />
      <Route default component={Messenger} />
    </Router>
  );
}
