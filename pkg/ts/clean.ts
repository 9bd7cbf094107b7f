/** Turns what a page passes into plain JSON values, or says why it cannot be. Nothing of the page's is kept. */

import type { Code } from "./codes.js";

/** Limits of one event (crates/wire/src/limits.rs). */
const BYTES = 32 * 1024;
const NODES = 4096;
const DEPTH = 16;

/** Why a value is refused. */
export class Refused extends Error {
  constructor(
    readonly code: Code,
    readonly path: string,
  ) {
    super(code);
  }
}

/** A copy of an object's own members; `undefined` is left out, functions, symbols and bigints are refused. */
export function cleanObject(value: unknown, what: string): Record<string, unknown> {
  if (value == null) return {};
  if (typeof value != "object" || Array.isArray(value)) throw new Refused("VT-ARGUMENT", what);
  // What fits however its text is encoded needs no measuring; only what may not is measured exactly.
  for (const measure of [longest, utf8])
    try {
      return copy(value, what, 0, { bytes: BYTES, nodes: NODES, measure }) as Record<string, unknown>;
    } catch (error) {
      // A getter of the page's that throws is a value that cannot be said.
      if (!(error instanceof Refused)) throw new Refused("VT-EVENT-VALUE", what);
      if (measure == utf8 || error.code != "VT-EVENT-TOO-LARGE") throw error;
    }
  return {};
}

interface Budget {
  bytes: number;
  nodes: number;
  measure: (text: string) => number;
}

function copy(value: unknown, path: string, depth: number, budget: Budget): unknown {
  switch (typeof value) {
    case "string":
      spend(budget, budget.measure(value), path);
      return value;
    case "number":
      spend(budget, 8, path);
      return Number.isFinite(value) ? value : null;
    case "boolean":
      return value;
    case "undefined":
      return undefined;
    case "object":
      break;
    default:
      throw new Refused("VT-EVENT-VALUE", path);
  }
  if (value === null) return null;
  if (value instanceof Date) return Number.isNaN(+value) ? null : value.toISOString();
  // A cycle is endlessly deep.
  if (depth >= DEPTH) throw new Refused("VT-EVENT-TOO-DEEP", path);
  if (Array.isArray(value)) {
    if (value.length > budget.nodes) throw new Refused("VT-EVENT-TOO-DEEP", path);
    return value.map((item, i) => {
      node(budget, path);
      return copy(item, `${path}[${i}]`, depth + 1, budget) ?? null;
    });
  }
  // Without a prototype: a member called `__proto__` is a member.
  const out = Object.create(null) as Record<string, unknown>;
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue;
    node(budget, path);
    spend(budget, budget.measure(key), path);
    const member = copy((value as Record<string, unknown>)[key], `${path}.${key}`, depth + 1, budget);
    if (member !== undefined) out[key] = member;
  }
  return out;
}

function node(budget: { nodes: number }, path: string) {
  if (--budget.nodes < 0) throw new Refused("VT-EVENT-TOO-DEEP", path);
}

function spend(budget: { bytes: number }, bytes: number, path: string) {
  if ((budget.bytes -= bytes) < 0) throw new Refused("VT-EVENT-TOO-LARGE", path);
}

/** A unit takes three bytes at most. */
const longest = (text: string): number => text.length * 3;

/** Bytes in UTF-8; what is too long in any encoding is not measured. */
function utf8(text: string): number {
  if (text.length > BYTES) return text.length;
  return new TextEncoder().encode(text).length;
}

/** Ms since the Unix epoch of what a page may call a time, or undefined. */
export function time(value: unknown): number | undefined {
  const ms = value instanceof Date || typeof value == "number" ? +value : typeof value == "string" ? Date.parse(value) : NaN;
  return Number.isFinite(ms) ? ms : undefined;
}

/** Longest id, in characters, exclusive (crates/wire/src/limits.rs). */
const ID_CHARS = 100;

/** The id, where it is one. */
export function checkId(id: unknown, where: string): string {
  if (typeof id != "string" || !id || [...id].length >= ID_CHARS) throw new Refused("VT-ID", where);
  return id;
}
