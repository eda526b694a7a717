export type * from "../../contract/index.ts";
export { ENDINGS, REPEATABLE, ROUTES, STATUS } from "../../contract/index.ts";
export { Refused } from "./asking/refused.ts";
export { createParley, type Options } from "./create.ts";
export type { AskName, Happening, Parley } from "./parley.ts";
export type { Channel, Platform } from "./platform.ts";
export type * from "./state/state.ts";
