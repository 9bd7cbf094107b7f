/** The npm entry. Importing it touches nothing, neither in a browser nor on a server. */

import { load, type CoreModule } from "./load.js";
import { createStub } from "./stub.js";
import type { AnySite, Options, SiteShape, Vitrine } from "./types.js";

export type * from "./types.js";

declare const __VERSION__: string;
declare const __CORE__: string;
declare const __WASM__: string;
declare const __INTEGRITY__: string;

/** Makes the page's object. It touches no window, storage or network until `start()`. */
export function createVitrine<S extends SiteShape = AnySite>(options: Options): Vitrine<S> {
  // Own members only: what a polluted prototype says is nobody's option.
  const own: Options = { ...options };
  let started = false;
  const [api, state] = createStub(__VERSION__, () => {
    if (started) return;
    started = true;
    // Rendering on a server: nothing to personalise here.
    if (typeof document == "undefined") return state.settle({ mode: "off", reason: "server" });
    const { wasmUrl, endpoint = "", deadline = 400, ...rest } = own;
    const config = {
      ...rest,
      endpoint,
      deadline,
      core: __CORE__,
      wasm: String(wasmUrl ?? new URL(__WASM__, import.meta.url)),
      integrity: __INTEGRITY__,
    };
    load(state, config, import(__CORE__) as Promise<CoreModule>);
  });
  return api as unknown as Vitrine<S>;
}
