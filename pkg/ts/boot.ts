/** The inline boot: the first script of the page, so that a known visitor's content is in the first paint. */

import { load, type CoreModule } from "./load.js";
import { createStub } from "./stub.js";
import { paint } from "./paint.js";
import type { Config } from "./state.js";

declare const __CONFIG__: Config;
declare const __VERSION__: string;
declare let vitrine: unknown;

const [api, state] = createStub(__VERSION__);
// A page may say more on the tag itself: its attributes win over what was printed.
const config = { ...__CONFIG__, ...document.currentScript!.dataset } as Config;
// A script of its own: what it sets and nobody declared is the page's.
vitrine = api;
try {
  paint(state, config);
} catch {
  // Nothing to paint: the page's own content.
}
load(state, config, import(config.core) as Promise<CoreModule>);
