/** Starts every download at once and lets the core take over. */

import type { Config, State } from "./state.js";

/** What the core's chunk exports. */
export interface CoreModule {
  adopt(state: State): Promise<void>;
}

/** Without credentials and referrer: before a choice, this is all that may leave the page (docs/consent.md, list (a)). */
const get = (url: string, integrity?: string, priority?: RequestPriority) =>
  fetch(url, { priority: priority!, integrity: integrity!, credentials: "omit", referrerPolicy: "no-referrer" }).catch(() => {});

/** Loads wasm and bundle while `glue`, the core's chunk, loads; whatever fails puts the page's own content back. */
export function load(state: State, config: Config, glue: Promise<CoreModule>): void {
  state.config = config;
  // What is small decides first, and the page's own files go before what is large.
  state.wasm = get(config.wasm, config.integrity, "low");
  state.bundle = get(`${config.endpoint}/v1/sites/${config.site}/bundle/2`);
  glue
    .then((core) => core.adopt(state))
    .catch((error) =>
      state.fail({
        code: "VT-LOAD-FAILED",
        message: "could not load",
        where: error.message,
        help: "check the address",
      }),
    );
}
