/** `tools.wasm`: the engine once more, to be asked what would be. Loaded when the inspector opens, and never before. */

import type { Json } from "../types.js";

declare const __TOOLS__: string;
declare const __TOOLS_WASM__: string;
declare const __TOOLS_INTEGRITY__: string;

/** A supposed event, as `track` has it. */
export interface SupposedEvent {
  readonly event: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** One input of a replay. */
export type ReplicaInput = { readonly event: object } | { readonly consent: Readonly<Record<string, string>> };

/** A question about a page's state (crates/compiler/src/door/inspect.rs). */
export interface Question {
  visitor: string | null;
  consent: unknown;
  /** Instants in ms; null is the page's own now. */
  at: readonly (number | null)[];
  suppose?: Readonly<Record<string, unknown>>;
  inputs?: readonly ReplicaInput[];
  explain?: readonly string[];
  facts?: boolean;
  outline?: boolean;
}

/** A decision, as a replica has it. */
export interface Decided {
  readonly experience: string | null;
  readonly variant: string | null;
  readonly reason: string;
}

/** How things stand at an instant. */
export interface Read {
  readonly at: number;
  /** The profile was made again from the events that are left of a past. */
  readonly rebuilt: boolean;
  readonly segments: readonly string[];
  readonly scores: Readonly<Record<string, unknown>>;
  readonly decisions: Readonly<Record<string, Decided>>;
  readonly rejected: readonly { readonly experience: string; readonly reason: string }[];
  readonly consent: Readonly<Record<string, { readonly state: string }>>;
}

/** A fact that conditions read. */
export interface Fact {
  readonly path: string;
  readonly value: Json;
  readonly provenance: string;
  readonly source: string | null;
  readonly readBy: readonly string[];
}

/** What the rules name. */
export interface Outline {
  readonly site: string;
  readonly slots: readonly string[];
  readonly segments: readonly { readonly id: string; readonly title: Readonly<Record<string, string>> }[];
  readonly experiences: readonly {
    readonly id: string;
    readonly slot: string;
    readonly priority: number;
    readonly purpose: string;
    readonly trigger: string;
    readonly variants: readonly string[];
    /** Whether it shows items of the catalogue, which a replica does not have. */
    readonly list: boolean;
  }[];
  readonly events: readonly { readonly name: string; readonly properties: readonly string[] }[];
}

/** An answer; what was not asked for is absent. */
export interface Answer {
  readonly reads: readonly Read[];
  readonly trees?: Readonly<Record<string, any>>;
  readonly facts?: readonly Fact[];
  readonly outline?: Outline | null;
  /** Supposed facts that no condition reads. */
  readonly unread?: readonly string[];
}

/** Asks a replica of the state. Throws where the state does not decode. */
export type Ask = (state: Uint8Array, question: Question) => Answer;

let loading: Promise<Ask> | undefined;

/** Loads the tools, once; after a failure again. */
export const tools = (): Promise<Ask> => (loading ??= load().catch((error) => ((loading = undefined), Promise.reject(error))));

async function load(): Promise<Ask> {
  const here = (file: string) => new URL(file, import.meta.url).href;
  const [glue, response] = await Promise.all([
    import(here(__TOOLS__)),
    fetch(here(__TOOLS_WASM__), { integrity: __TOOLS_INTEGRITY__, credentials: "omit", referrerPolicy: "no-referrer" }),
  ]);
  if (!response.ok) throw new Error(`${response.url} ${response.status}`);
  const { instance, module } = await WebAssembly.instantiate(await response.arrayBuffer(), glue.imports());
  glue.finish(instance, module);
  return (state, question) => {
    const { ok, error } = JSON.parse(glue.inspect(state, JSON.stringify(question)));
    if (!ok) throw new Error(error.message);
    return ok;
  };
}
