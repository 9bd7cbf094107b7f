/** The calls of `vitrine.visitor`: what is known about the visitor, for the visitor. */

import type { Core, Done } from "./surface.js";

/** What the facade lends them. */
export interface Lent {
  /** Asks the engine, or answers `otherwise`. */
  ask<T>(run: (core: Core) => T, otherwise: T): T;
  /** A promise that the engine keeps. */
  later<T>(run: (core: Core, done: Done) => void, otherwise: () => T): Promise<T>;
  /** The same with an object of the page's, checked and copied. */
  order(what: string, value: unknown, run: (core: Core, clean: Record<string, unknown>, done: Done) => void): Promise<any>;
  /** The page passed what nobody can do. */
  wrong(what: string): void;
}

/** Each call by its name. */
export function visitorCalls({ ask, later, order, wrong }: Lent): Record<string, (args: any[]) => unknown> {
  const read = (what: string) => later<any>((core, done) => core.visitor(what, done), () => null);
  const correct = (what: string, traits: unknown) =>
    order(what, traits, (core, clean, done) => core.event("correct", "", JSON.stringify(clean), "", NaN, "", () => done()));
  return {
    "visitor.id": () => ask((core) => core.visitor_id(), undefined) ?? null,
    "visitor.profile": () => read("profile"),
    "visitor.export": () => read("export"),
    "visitor.receipts": () => read("receipts").then((history) => history?.receipts ?? null),
    "visitor.preferences": () => read("preferences"),
    "visitor.prefer": ([change]) =>
      order("visitor.prefer", change, (core, clean, done) => core.visitor("prefer", done, clean)).then((now) => now ?? null),
    "visitor.erase": () => later<unknown>((core, done) => core.visitor("erase", done), () => undefined),
    "visitor.correct": ([traits]) => correct("visitor.correct", traits),
    "visitor.optOut": ([segment, out = true]) =>
      typeof segment == "string" && segment ? correct("visitor.optOut", { [`$out.${segment}`]: !!out }) : Promise.resolve(wrong("visitor.optOut")),
  };
}
