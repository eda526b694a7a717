/** Which view an address shows, and to whom. */
import { useEffect, useRef } from "preact/hooks";
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
  const me = useParley((state) => (state.session.phase === "in" ? state.session.user.user_id : ""));
  if (session === "unknown") return <Arriving />;
  return (
    <LocationProvider>
      <ErrorBoundary>
        <View me={me} />
      </ErrorBoundary>
      <Toasts />
    </LocationProvider>
  );
}

/** `me`: the id of who is in, empty for nobody. Whoever comes after somebody else begins with views of their own. */
function View({ me }: { me: string }) {
  const { path, route } = useLocation();
  const isIn = me !== "";
  const wasIn = useRef(isIn);
  wasIn.current ||= isIn;
  const isAddress = isReadable(path);
  useEffect(() => {
    if (!isAddress) route("/", true);
  }, [isAddress]);
  if (!isAddress) return null;
  if (!isIn || path === "/login") return <Login wasIn={wasIn.current} />;
  return (
    <Router key={me}>
      <Route path="/administration/:part?" component={Administration} />
      <Route default component={Messenger} />
    </Router>
  );
}

/** What is escaped in it is text: of anything else no view can be made. */
function isReadable(path: string): boolean {
  try {
    return decodeURIComponent(path) !== "";
  } catch {
    return false;
  }
}
