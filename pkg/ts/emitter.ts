/** Who listens, on the object and in the DOM. A listener that throws is reported as the page's own error. */

import { texts, type Code } from "./codes.js";
import { roots } from "./hands/place.js";
import type { Diagnostic } from "./types.js";

type Listener = (detail: any) => void;

const NAMES = ["ready", "decision", "exposure", "emit", "segment", "consent", "sync", "diagnostic"];
/** Kept for `diagnostics()`. */
const RING = 50;
/** Kept for the inspector. */
const PAST = 200;

/** A diagnostic with what its code means. */
export const diagnostic = (code: Code, where: string): Diagnostic => {
  const [message, help] = texts[code];
  return { code, message, where, help };
};

/** Freezes what listeners share, all the way down. */
export function freeze<T>(value: T): T {
  if (typeof value == "object" && value && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}

/** Listeners of one instance. */
export class Emitter {
  readonly ring: Diagnostic[] = [];
  /** What happened lately, for the inspector: when, its name and detail. */
  readonly past: [at: number, name: string, detail: any][] = [];
  private readonly listeners = new Map<string, Set<{ call: Listener }>>();
  private readonly printed = new Set<string>();

  constructor(private readonly debug: boolean) {}

  /** Adds a listener for a key; the same function may listen twice. */
  add(key: string, call: Listener): () => void {
    let set = this.listeners.get(key);
    if (!set) this.listeners.set(key, (set = new Set()));
    const one = { call };
    set.add(one);
    return () => void set.delete(one);
  }

  /** `on(name, listener)` as the page calls it. */
  on(name: unknown, call: unknown): () => void {
    if (typeof call != "function" || !NAMES.includes(name as string)) {
      this.diagnose("VT-ARGUMENT", `on(${String(name)})`);
      return () => {};
    }
    return this.add(name as string, call as Listener);
  }

  /** Tells everybody who listens to `name`: the object's listeners first, then the DOM's. */
  emit(name: string, detail: any): void {
    freeze(detail);
    // What was known with a grant goes with it.
    if (name == "consent" && detail.state != "granted") {
      this.forget();
      // The segments that they are in no more, told in the same turn, say where they were.
      setTimeout(() => this.forget());
    }
    if (this.past.push([Date.now(), name, detail]) > PAST) this.past.shift();
    if (name == "diagnostic") {
      this.ring.push(detail);
      if (this.ring.length > RING) this.ring.shift();
      const key = detail.code + detail.where;
      if (!this.printed.has(key)) {
        this.printed.add(key);
        console.warn(`${detail.code}: ${detail.message} (${detail.where}); ${detail.help}`);
      }
    } else if (this.debug) console.debug(`vitrine:${name}`, detail);
    this.tell(name, detail);
    const slot = "slot" in detail && CSS.escape(detail.slot);
    const slots = slot ? roots().flatMap((root: any) => [...root.querySelectorAll(`[data-vitrine-slot=${slot}],vitrine-slot[name=${slot}]`)]) : [];
    for (const target of slots.length ? slots : [document])
      target.dispatchEvent(new CustomEvent(`vitrine:${name}`, { detail, bubbles: true, composed: true }));
  }

  /** Nothing has happened yet, for the inspector. */
  forget(): void {
    this.past.length = 0;
  }

  /** Tells the listeners of one key. */
  tell(key: string, detail: unknown): void {
    for (const { call } of [...(this.listeners.get(key) ?? [])]) guard(() => call(detail));
  }

  /** Emits a diagnostic. */
  diagnose(code: Code, where: string): void {
    this.emit("diagnostic", diagnostic(code, where));
  }
}

/** Runs the page's code; what it throws is the page's error, not ours and not our caller's. */
export function guard(run: () => void): void {
  try {
    run();
  } catch (error) {
    reportError(error);
  }
}
