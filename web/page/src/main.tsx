/** Where the page begins: the language, the session of this browser, then the view of the address. */
import { render } from "preact";
import { Page } from "./page.tsx";
import { parley } from "./parley.ts";
import { reloadWhenStale } from "./stale.ts";
import { preferred, speak } from "./text/index.ts";
import "./ui/base.css";
import "./arriving.css";
import "./ui/theme.ts";

reloadWhenStale();
await speak(preferred());
render(<Page />, document.getElementById("page")!);
await parley.start();
const { startTelling } = await import("./telling/index.ts");
startTelling();
