export type * from "../../contract/index.ts";
export { ENDINGS, ROUTES, STATUS } from "../../contract/index.ts";
export { createParley, type Options } from "./create.ts";
export type { AskName, Happening, Parley } from "./parley.ts";
export type * from "./state/state.ts";
