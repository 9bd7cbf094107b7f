/** Why somebody is in a segment, as sentences: the engine's tree (`visitor.profile()`) in plain words. */

import { fact, fill, humane, list, span, value, type Words } from "./words.js";

/** A sentence, and what it rests on. */
export interface Reason {
  text: string;
  of?: Reason[];
}

/** The titles of segments, by id and language. */
export type Titles = Record<string, Record<string, string>>;

/** A segment's name for people. */
export function titleOf(words: Words, titles: Titles, id: string): string {
  const title = titles[id];
  return title?.[words.lang] ?? title?.[""] ?? (title && Object.values(title)[0]) ?? humane(id);
}

/** The reasons that a tree's result rests on. */
export function reasons(words: Words, titles: Titles, tree: any): Reason[] {
  if (!tree) return [];
  const inside = () => (tree.of ?? []).flatMap((one: any) => reasons(words, titles, one));
  switch (tree.of && tree.op) {
    case "$and":
      return inside();
    case "$or":
      // Of many ways in, those that were taken.
      return tree.of.filter((one: any) => one.result == tree.result).flatMap((one: any) => reasons(words, titles, one));
    case "$not":
    case "$nor":
      // What is said of one group says already that one is not in it.
      if (tree.of.length == 1 && tree.of[0].op == "$segment") return inside();
      return [{ text: words.times.not!, of: inside() }];
    case "$segment":
      return [{ text: fill(words.times[tree.result ? "inside" : "outside"]!, titleOf(words, titles, tree.segment)), of: inside() }];
    default:
      return leaf(words, tree);
  }
}

function leaf(words: Words, of: any): Reason[] {
  const events = list(words, (of.events ?? []).map((name: string) => (name.startsWith(":") ? words.times[name] ?? name.slice(1) : `“${name}”`)));
  const what = events || words.times.any!;
  switch (of.op) {
    case "$events": {
      const within = typeof of.within == "number" ? fill(words.times.within!, span(words, of.within)) : words.times[of.within ?? "ever"]!;
      const much = fill(words.times[of.compute] ?? words.times.count!, what, value(words, of.value));
      return [{ text: `${much} ${within}${asked(words, of)}` }];
    }
    case "$since": {
      const text = of.value == null ? fill(words.times.never!, what) : fill(words.times[of.of]!, what, span(words, of.value));
      return [{ text: text + asked(words, of, (length) => span(words, Number(length))) }];
    }
    case "$sequence":
      return [{ text: fill(words.times.sequence!, events) }];
    case "$rank":
      return [{ text: fill(words.times.rank!, value(words, of.value), value(words, of.operand)) }];
    case "$time":
      return [{ text: words.times.time! }];
    case "$anniversary":
      return [{ text: fill(words.times.anniversary!, fact(words, of.path)) }];
    case "constant":
    case "unknown":
      return [];
    default:
      return of.path ? [{ text: fill(words.times.fact!, fact(words, of.path), value(words, of.value, of.path)) + asked(words, of) }] : [];
  }
}

/** What the rule asks, in brackets. */
function asked(words: Words, of: any, show = (operand: unknown) => value(words, operand, of.path)): string {
  const tests = of.tests ?? [{ op: of.test ?? of.op, operand: of.operand }];
  const parts = tests.flatMap(({ op, operand }: any) => {
    if (op == "$not" && operand && typeof operand == "object") return [];
    const text = words.asked[op + (op == "$exists" && operand === false ? "-" : "")];
    return text ? [fill(text, show(operand))] : [];
  });
  return parts.length ? fill(words.times.asked!, parts.join(", ")) : "";
}

