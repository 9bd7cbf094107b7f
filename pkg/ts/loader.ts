/** `<script async src="…/vitrine.js" data-site data-key …>`: never blocks, never hides. */

import { load, type CoreModule } from "./load.js";
import { createStub } from "./stub.js";
import type { Config } from "./state.js";

declare const __VERSION__: string;
declare const __CORE__: string;
declare const __WASM__: string;
declare const __INTEGRITY__: string;

// The page's markup may shadow `document.currentScript`; its getter it cannot.
const script = Object.getOwnPropertyDescriptor(Document.prototype, "currentScript")?.get?.call(document) as HTMLScriptElement;
const { dataset, src } = script;
const { site = "", key = "", deadline, autotrack, debug, ...rest } = { ...dataset } as Record<string, string | undefined>;
const installed = (window as any).vitrine;

if (installed?.track && Object.isFrozen(installed)) {
  console.warn("VT-TWICE: the SDK is installed twice for this site", `(${src}); remove one of the two`);
} else {
  const [api, state] = createStub(__VERSION__, () => {});
  (window as any).vitrine = api;
  const config = {
    // Where the script comes from is where the server is, unless the page says otherwise.
    endpoint: /^(.*)\/sdk\/[^/]+\/[^/]*$/.exec(src)?.[1] ?? "",
    ...rest,
    site,
    key,
    deadline: Number(deadline ?? 400),
    autotrack: autotrack != "false",
    debug: debug != null && debug != "false",
    core: new URL(__CORE__, src).href,
    wasm: new URL(__WASM__, src).href,
    integrity: __INTEGRITY__,
  } as Config;
  load(state, config, import(config.core) as Promise<CoreModule>);
}
