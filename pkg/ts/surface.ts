/** What the engine's chunk offers to this side; the other half of the contract is `src/api.rs`. */

import type { Choices, Decision, Ready, Receipt } from "./types.js";
import type { Config, State } from "./state.js";

/** Called by the engine when something happened; never while it is busy. */
export type Notify = (name: string, detail: unknown) => void;

/** The engine of one page. */
export interface Core {
  ready(): Promise<Ready>;
  event(kind: string, name: string | undefined, properties: unknown, options: unknown): Promise<Receipt>;
  context(facts: unknown): void;
  reset(): Promise<void>;
  flush(): Promise<void>;
  decide(slot: string): Decision;
  segments(): string[];
  consent_get(): Choices;
  consent_set(purposes: unknown): Promise<void>;
  consent_restore(record: unknown): Promise<void>;
  consent_withdraw(purpose: string | undefined): Promise<void>;
  visitor_id(): string | undefined;
  visitor(operation: string): Promise<any>;
  visitor_correct(traits: unknown): Promise<void>;
  explain(id: string): unknown;
  off(reason: string): void;
}

/** Its constructor. */
export interface CoreClass {
  start(config: Config, boot: State | undefined, notify: Notify): Core;
}
