/**
 * The page's object before the core is there, and the door to it afterwards. Calls wait in order; the few that must
 * answer at once answer what is true of a page that has not been decided.
 */

import type { Diagnostic, Ready } from "./types.js";
import type { Entry, State } from "./state.js";

// In the order that compresses best, like the members below.
const QUEUED =
  "onSegment visitor.profile visitor.export visitor.correct visitor.preferences flush identify consent.withdraw track reset on visitor.erase consent.open alias " +
  "seen visitor.optOut context group preview page inspect visitor.prefer visitor.receipts consent.restore consent.set onSlot off";

type Method = (...args: any[]) => any;

/** Makes the object and its hidden state. Nothing of the page is touched. `start` is called at each `start()`. */
export function createStub(version: string, start?: () => void): [Record<string, any>, State] {
  let failed: Diagnostic | undefined;
  let settle!: (ready: Ready) => void;
  const ready = new Promise<Ready>((resolve) => (settle = resolve));

  const early: Record<string, Method> = {
    // Own members only, whatever the page's prototypes say.
    __proto__: null!,
    start: () => (start?.(), ready),
    decide: (slot) => ({
      slot,
      variant: null,
      experience: null,
      reason: failed ? "off" : "not_ready",
      holdout: false,
      content: null,
    }),
    segments: () => [],
    inSegment: () => false,
    diagnostics: () => (failed ? [failed] : []),
    explain: () => null,
    "visitor.id": () => null,
    "consent.get": () => ({}),
  };
  // Once the SDK is off, events are dropped and everything else answers nothing.
  const answer = ([name, [event, listener], resolve]: Entry) => {
    if (name + event == "ondiagnostic") void ready.then(() => listener(failed));
    // What only the names of the five kinds of events have: alias, group, track, page, identify.
    resolve(/^[agt]|ge|fy/.test(name) ? { status: "dropped", reason: failed!.code } : undefined);
  };
  const state: State = {
    applied: [],
    hidden: [],
    q: [],
    settle,
    stop() {},
    clear() {
      state.stop();
      state.hidden.map((slot) => slot.show());
      state.applied.map((row) => row.undo());
    },
    fail(detail) {
      state.clear();
      failed = Object.freeze(detail);
      console.warn(...Object.values(detail));
      settle({ mode: "off", reason: detail.code });
      state.q.map(answer);
      document.dispatchEvent(new CustomEvent("vitrine:diagnostic", { detail }));
    },
  };

  const api: Record<string, any> = { __proto__: { _: state }, consent: {}, visitor: {}, version, ready };
  for (const name of QUEUED.split(" ").concat(Object.keys(early))) {
    const [head, tail] = name.split(".") as [string, string?];
    (tail ? api[head] : api)[tail ?? head] = (...args: any[]) => {
      if (state.live) return state.live(name, args);
      if (early[name]) return early[name](...args);
      // These two are synchronous, also for what only the boot has done so far.
      if (/off|withdraw/.test(name)) state.clear();
      const done = new Promise<any>((resolve) => {
        // The caller may change its objects after the call. What cannot be cloned is judged later, as it is.
        try {
          args = structuredClone(args);
        } catch {}
        const entry: Entry = [name, args, resolve, Date.now()];
        failed ? answer(entry) : state.q.push(entry);
      });
      return /^on/.test(name) ? () => done.then((end) => end?.()) : done;
    };
  }
  [api.consent, api.visitor, api].map(Object.freeze);
  return [api, state];
}
