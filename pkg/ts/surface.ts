/** What the engine's chunk offers to this side; the other half of the contract is `src/api.rs`. */

import type { Choices } from "./types.js";
import type { Config, State } from "./state.js";

/** Called by the engine when something happened, with what `named` gives names; never while it is busy. */
export type Notify = (name: string, ...said: unknown[]) => void;
/** Keeps the promise of a call; several values are named by the facade. */
export type Done = (...answer: any[]) => void;

/** The engine of one page. */
export interface Core {
  event(kind: string, name: string, data: string, id: string, at: number, proof: string, done: Done): void;
  context(facts: unknown): void;
  reset(): void;
  flush(done: Done): void;
  decide(slot: string): unknown[];
  segments(): string[];
  consent_get(): Choices;
  consent_set(purposes: unknown): void;
  consent_restore(record: unknown, ours: boolean): void;
  consent_withdraw(purpose: string | undefined): void;
  consent_later(guess: boolean): void;
  consent_told(source: string, purposes: unknown, acted: boolean, cookie: string): void;
  visitor_id(): string | null;
  visitor(operation: string, done: Done, change?: object): void;
  explain(id: string): unknown;
  seen(slot: string, element: Element): void;
  preview(experience: string, variant: string): void;
  off(reason: string): void;
}

/** Its constructor. */
export interface CoreClass {
  start(config: Config, boot: State | undefined, notify: Notify): Core;
}

const DECISION = ["slot", "experience", "variant", "reason", "holdout", "content"];
const NAMES: Record<string, string[]> = {
  ready: ["mode", "reason"],
  decision: DECISION,
  exposure: DECISION,
  emit: ["slot", "experience", "variant", "name", "detail"],
  segment: ["id", "inside"],
  consent: ["purpose", "state"],
  sync: ["unsent"],
  receipt: ["status", "reason"],
};

/** The object of values that the engine said in this order, taken off them: there may be those of another behind. */
export const named = (what: string, values: unknown[]): any =>
  Object.fromEntries(values.splice(0, NAMES[what]!.length).map((value, i) => [NAMES[what]![i], value]));
