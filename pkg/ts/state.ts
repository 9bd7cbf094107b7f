/** What the boot, the script tag or the npm entry hands over to the core. */

import type { Op } from "./ops.js";
import type { Diagnostic, Options, Ready } from "./types.js";

/** The page's configuration, after attributes won over options. */
export interface Config {
  site: string;
  key: string;
  endpoint: string;
  /** ms that a slot may stay hidden. */
  deadline: number;
  verify?: string | { readonly [keyId: number]: string };
  consent?: Options["consent"];
  autotrack?: boolean;
  debug?: boolean;
  /** Addresses of glue and wasm. */
  core: string;
  wasm: string;
  /** Subresource integrity of the wasm. */
  integrity?: string;
  /** Set by the core: checks an Ed25519 signature; undefined where the key is not known. */
  verifier?: (keyId: number, signature: Uint8Array, signed: Uint8Array) => Promise<boolean | undefined>;
}

/** A call that waits for the core: method, arguments, who waits for its answer, when it was made (Unix ms). */
export type Entry = [method: string, args: any[], resolve: (answer: unknown) => void, at: number];

/** A row of the paint record that is on the page. */
export interface Applied {
  slot: string;
  element: Element;
  experience: string;
  variant: string;
  /** What was asked for. */
  ops: Op[];
  /** What was changed, newest first. */
  records: MutationRecord[];
  /** Puts the page's own content back; once. The core's is false where the page's newer content was left. */
  undo(): unknown;
  /** The core's: whether the page still shows all of it. */
  intact?(): boolean;
}

/** A slot kept invisible until it is decided or the deadline passes. */
export interface Hidden {
  slot: string;
  /** Of the rule that keeps it invisible, in a sheet of our own. */
  style?: CSSStyleDeclaration;
  /** Makes it visible; again does nothing. */
  show(): unknown;
}

/** Hidden in `_` of the page's object until the core takes over. */
export interface State {
  q: Entry[];
  applied: Applied[];
  hidden: Hidden[];
  config?: Config;
  /** Downloads under way. */
  wasm?: Promise<Response | void>;
  bundle?: Promise<Response | void>;
  /** The core's dispatcher, once it has taken over. */
  live?: (method: string, args: unknown[]) => unknown;
  /** Ends the boot's own work: from here the core applies and shows. */
  stop(): void;
  /** Puts the page's own content back, everywhere. */
  clear(): void;
  /** Switches the SDK off for this page and says why. Called once, and never after the core has taken over. */
  fail(detail: Diagnostic): void;
  settle(ready: Ready): void;
}
