/** The site's catalogue, and what it fills. */

import { attempt, type Then } from "./attempt.js";

let chunk: typeof import("../catalog.js") | undefined;

/** Calls back with `{bytes, wrong}`: the items for the engine, and what is wrong with the file. */
export const catalog = (from: string, then: Then): void => {
  const load = async () => (chunk = await import("../catalog.js")).load(from);
  load().then(then, () => then());
};

/** Items as copies of a template, unless there is none. */
export const cards = (element: Element, each: string, items: object[]): unknown => attempt(() => chunk!.cards(element, each, items));
