/** Which view an address shows, and to whom. */
import { ErrorBoundary, LocationProvider, lazy, Route, Router } from "preact-iso";
import { useParley } from "./parley.ts";
import { useLanguage } from "./text/use.ts";
import { Toasts } from "./ui/toast.tsx";

const Login = lazy(() => import("./views/login/index.tsx"));
const Messenger = lazy(() => import("./views/messenger/index.tsx"));
const Administration = lazy(() => import("./views/administration/index.tsx"));

export function Page() {
  useLanguage();
  const session = useParley((state) => state.session.phase);
  if (session === "unknown") return null;
  return (
    <LocationProvider>
      <ErrorBoundary>
        {session === "out" ? (
          <Login />
        ) : (
          <Router>
            <Route path="/administration/:part?" component={Administration} />
            <Route default component={Messenger} />
          </Router>
        )}
      </ErrorBoundary>
      <Toasts />
    </LocationProvider>
  );
}
