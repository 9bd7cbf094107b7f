/** As much of a page as the object needs in Node, and an engine that notes what it is asked. */

import type { Core, CoreClass, Done, Notify } from "../ts/surface.js";
import type { Diagnostic, Ready } from "../ts/types.js";

/** What reached the fake document, and what was printed. */
export const seen = { dom: [] as [string, unknown][], warned: [] as string[], reported: [] as unknown[] };

const document = new EventTarget() as any;
document.querySelectorAll = () => [];
const dispatch = document.dispatchEvent.bind(document);
document.dispatchEvent = (event: CustomEvent) => {
  seen.dom.push([event.type, event.detail]);
  return dispatch(event);
};
Object.assign(globalThis, {
  document,
  CSS: { escape: (text: string) => text },
  reportError: (error: unknown) => seen.reported.push(error),
});
console.warn = (...parts: unknown[]) => void seen.warned.push(parts.join(" "));

/** Forgets what was seen. */
export function forget(): void {
  seen.dom.length = seen.warned.length = seen.reported.length = 0;
}

/** The codes among the diagnostics that reached the DOM. */
export const codes = () =>
  seen.dom.filter(([name]) => name == "vitrine:diagnostic").map(([, detail]) => (detail as Diagnostic).code);

/** A fake engine: each call is noted; `traps` names the one that it does not survive. */
export class FakeCore {
  calls: [string, ...unknown[]][] = [];
  notify!: Notify;
  state: unknown;
  traps = "";
  /** What `visitor` answers, by operation. */
  answers: Record<string, unknown> = {};
  segmentsNow: string[] = ["winter-fans"];

  /** As the engine's class, of which the facade makes its one instance. */
  get asClass(): CoreClass {
    return {
      start: (config, state, notify) => {
        this.note("start", config);
        this.state = state;
        this.notify = notify;
        return this.asCore;
      },
    };
  }

  /** The engine is ready. */
  async ready(mode: Ready["mode"] = "full") {
    this.notify("ready", mode, null);
    await new Promise((resolve) => setImmediate(resolve));
  }

  private note(name: string, ...args: unknown[]) {
    this.calls.push([name, ...args]);
    if (this.traps == name) throw new WebAssembly.RuntimeError("unreachable");
  }

  private get asCore(): Core {
    const core: Record<string, unknown> = {
      event: (kind: string, name: string, data: string, messageId: string, timestamp: number, proof: string, done: Done) => {
        const given = {
          ...(messageId && { messageId }),
          ...(!Number.isNaN(timestamp) && { timestamp }),
          ...(proof && { proof: JSON.parse(proof) as unknown }),
        };
        this.note("event", kind, name, JSON.parse(data), given);
        done("stored");
      },
      decide: (slot: string) => (
        this.note("decide", slot),
        [slot, "e", "a", "matched", false, { title: "t" }]
      ),
      segments: () => (this.note("segments"), [...this.segmentsNow]),
      consent_get: () => ({ personalization: { state: "granted", source: "preference", decidedAt: 1, expiresAt: 2 } }),
      visitor_id: () => null,
      explain: (id: string) => ({ id }),
    };
    for (const name of ["context", "reset", "consent_set", "consent_restore", "consent_withdraw", "consent_later", "off"])
      core[name] = (...args: unknown[]) => this.note(name, ...args);
    core.flush = (done: Done) => (this.note("flush"), done());
    core.visitor = (what: string, done: Done, ...given: unknown[]) => (this.note("visitor", what, ...given), done(this.answers[what]));
    return core as unknown as Core;
  }
}
