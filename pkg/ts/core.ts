/** The lazily loaded half: takes over from the boot once glue, wasm and engine are there. */

import { build, Core, finish, imports } from "#glue";
import type { Code } from "./codes.js";
import { diagnostic } from "./emitter.js";
import { look } from "./consent/look.js";
import { Facade } from "./facade.js";
import { first } from "./first.js";
import { handOver } from "./handover.js";
import type { Row } from "./paint.js";
import { verifier } from "./verify.js";
import type { Config, State } from "./state.js";

declare const __BUILD__: string;

/** A page that has not painted by then has something else to wait for. */
const FRAME_MS = 300;

/** How long the backend may take to say what was chosen before. */
const ANSWER_MS = 1_000;

/** Takes over. Never rejects: what goes wrong is said, and the page shows its own content. */
export async function adopt(state: State): Promise<void> {
  // Without a prototype: what is not configured is absent, whatever the page has done to `Object.prototype`.
  const config: Config = Object.assign(Object.create(null), state.config);
  const asked = new URLSearchParams(location.search);
  if (asked.get("vitrine") == "off") return state.fail(diagnostic("VT-OFF", "?vitrine=off"));
  // From an attribute it is text: present, and not "false".
  config.debug = config.debug != null && String(config.debug) != "false";
  const deadline = Number(config.deadline ?? 400);
  // Nothing to show yet and slots were kept waiting: the boot has shown them, this says why.
  const waiting = state.hidden.some((row) => !(row as Partial<Row>).ops);
  const late = setTimeout(() => {
    if (waiting) warn(state, "VT-DEADLINE", config.wasm);
  }, Math.max(0, deadline - performance.now()));
  config.verifier = verifier(config.verify)!;
  void first(state, config);
  if (!waiting) await firstFrame();
  const wrong = await boot(state, config);
  clearTimeout(late);
  if (wrong) {
    // Rows of rules that are still on their way would come after the end.
    delete state.bundle;
    return state.fail(diagnostic(...wrong));
  }

  handOver(state);
  const facade = new Facade(state, config, {
    openBanner: async () => (await import("./elements/banner.js")).open(consent),
    look: (site) => {
      if (!looked) look(facade, config.consent, site);
      looked = true;
    },
  });
  let looked = false;
  const consent = {
    get: () => facade.call("consent.get", []) as any,
    set: (purposes: Record<string, string>) => facade.call("consent.set", [purposes]),
  };
  watchTraps(config, (error) => facade.trap(error));
  listen(facade);
  facade.start(Core, config);
  const preview = asked.get("vitrine-preview");
  if (preview) facade.call("preview", [preview]);
  if (asked.has("vitrine-inspect")) facade.call("inspect", []);
  // Not before, nor in the same turn: what every new visitor's page asks must not stand in the way of what it shows.
  facade.emitter.add("ready", ({ mode }) => void setTimeout(() => offerElements(mode == "off" ? undefined : askBackend())));

  /** Where the browser has wiped the record of the choice: nobody is asked again before the backend has answered, or a second is over. */
  async function askBackend() {
    try {
      if (localStorage.getItem(`vt:${config.site}:c`) != null) return;
    } catch {
      // Without script storage there is the cookie all the same.
    }
    try {
      const over = AbortSignal.timeout(ANSWER_MS);
      // They may have chosen while that was on its way.
      const chosen = () => Object.values(consent.get()).some(({ decidedAt }: any) => decidedAt != null);
      const asked = import("./consent/kept.js").then(({ restore }) => (chosen() ? undefined : restore(facade, config.endpoint, over)));
      await Promise.race([asked, new Promise((resolve) => (over.onabort = resolve))]);
    } catch {
      // Not there, not in time, or not ours: the visitor is asked.
    }
  }

  async function offerElements(answered: unknown) {
    if (document.readyState == "loading")
      await new Promise((resolve) => document.addEventListener("DOMContentLoaded", resolve, { once: true }));
    if (document.querySelector("vitrine-preferences"))
      (await import("./elements/preferences/preferences.js")).define({ call: (name, args) => facade.call(name, args), on: (name, listener) => facade.emitter.add(name, listener) });
    const element = document.querySelector("vitrine-consent-banner");
    if (!element) return;
    await answered;
    const choices: any[] = Object.values(consent.get());
    if (choices.every(({ state }) => state != "unknown" && state != "expired") && choices.length) return;
    (await import("./elements/banner.js")).define(consent);
  }
}

/** The first frame is the page's: what the boot put there stands without the engine. A page that nobody sees has none. */
const firstFrame = (): Promise<unknown> | false =>
  !document.hidden &&
  !performance.getEntriesByType("paint")[0] &&
  Promise.race([
    new Promise((done) => requestAnimationFrame(() => setTimeout(done))),
    new Promise((done) => setTimeout(done, FRAME_MS)),
  ]);

/** Instantiates the wasm; answers what went wrong, if anything did. */
async function boot(state: State, config: Config): Promise<[Code, string] | undefined> {
  if (typeof WebAssembly != "object") return ["VT-WASM-BLOCKED", "WebAssembly"];
  const response = await state.wasm;
  if (!response?.ok) return ["VT-LOAD-FAILED", `${config.wasm} ${response?.status ?? ""}`];
  try {
    // A server that does not know the type of .wasm costs a copy, not the page's personalization.
    const { instance, module } = response.headers.get("content-type")?.startsWith("application/wasm")
      ? await WebAssembly.instantiateStreaming(response, imports())
      : await WebAssembly.instantiate(await response.arrayBuffer(), imports());
    finish(instance, module);
    const made = build();
    return made == __BUILD__ ? undefined : ["VT-BUILD-MISMATCH", `${made} is not ${__BUILD__}`];
  } catch (error) {
    return [/unsafe-eval|CSP|Content.Security/i.test(String(error)) ? "VT-WASM-BLOCKED" : "VT-LOAD-FAILED", String(error)];
  }
}

/** A diagnostic while the page's listeners still wait in the queue. */
function warn(state: State, code: Code, where: string) {
  const detail = Object.freeze(diagnostic(code, where));
  console.warn(`${detail.code}: ${detail.message} (${where}); ${detail.help}`);
  for (const [name, [event, listener]] of state.q)
    if (name == "on" && event == "diagnostic") queueMicrotask(() => listener(detail));
  document.dispatchEvent(new CustomEvent("vitrine:diagnostic", { detail }));
}

/** An engine that traps in one of its own callbacks must not become an error of the page. */
function watchTraps(config: Config, trap: (error: unknown) => void) {
  const file = config.wasm.split("/").pop()!;
  const ours = (error: unknown) =>
    error instanceof WebAssembly.RuntimeError && [file, import.meta.url].some((name) => String(error.stack).includes(name));
  const caught = (event: Event, error: unknown) => {
    if (!ours(error)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    trap(error);
  };
  addEventListener("error", (event) => caught(event, event.error), true);
  addEventListener("unhandledrejection", (event) => caught(event, event.reason), true);
}

/** `data-vitrine-consent="open"`, `="withdraw"` and `="later"`, wherever they are. */
function listen(facade: Facade) {
  document.addEventListener(
    "click",
    (event) => {
      for (const node of event.composedPath()) {
        const act = node instanceof Element && node.getAttribute("data-vitrine-consent");
        if (act == "open" || act == "withdraw" || act == "later") return void facade.call(`consent.${act}`, []);
      }
    },
    true,
  );
}
