// What a careful developer would write by hand: each rule a JavaScript function, compiled by the browser.

import { everything, first, literal } from "./decide.mjs";

const test = ({ name, op, value }) => {
  const [fact, want] = [`f.${name}`, JSON.stringify(value)];
  switch (op) {
    case "$gt": return `${fact} > ${want}`;
    case "$lt": return `${fact} < ${want}`;
    case "$in": return `(${value.map(one => `${fact} === ${JSON.stringify(one)}`).join(" || ")})`;
    case "$exists": return `${fact} ${value ? "!==" : "==="} undefined`;
    default: return `${fact} === ${want}`;
  }
};

/** One function for each segment. */
const compiled = segments =>
  new Function(`return [${segments.map(({ clauses }) => `f => ${clauses.map(test).join(" && ")}`).join(",\n")}]`)();

/** Evaluates every rule at each event. */
export function handBrute(model) {
  const rules = compiled(model.segments);
  return everything(model, (facts, inside) => {
    for (let at = 0; at < rules.length; at++) inside[at] = rules[at](facts);
  });
}

/** Evaluates the rules that read a fact that changed, then decides the slots of segments that flipped. */
export function handIndexed({ facts, segments, slots }) {
  const rules = compiled(segments);
  const known = literal(facts);
  const inside = rules.map(rule => rule(known));
  const decided = slots.map(ranks => first(ranks, inside));
  const readers = new Map();
  segments.forEach(({ clauses }, at) => {
    for (const name of new Set(clauses.map(clause => clause.name))) readers.set(name, [...readers.get(name) ?? [], at]);
  });
  const shown = segments.map(() => []);
  slots.forEach((ranks, slot) => ranks.forEach(({ segment }) => shown[segment].push(slot)));
  // A rule that reads two of the facts is evaluated once, a slot that two segments touch is decided once.
  const [seen, settled] = [new Uint32Array(segments.length), new Uint32Array(slots.length)];
  let turn = 0;
  return {
    event(traits) {
      turn++;
      const flipped = [];
      const changed = [];
      for (const name in traits) {
        if (known[name] === traits[name]) continue;
        known[name] = traits[name];
        changed.push(name);
      }
      for (const name of changed) {
        for (const at of readers.get(name) ?? []) {
          if (seen[at] === turn) continue;
          seen[at] = turn;
          const now = rules[at](known);
          if (now === inside[at]) continue;
          inside[at] = now;
          flipped.push(at);
        }
      }
      for (const at of flipped) for (const slot of shown[at]) {
        if (settled[slot] === turn) continue;
        settled[slot] = turn;
        decided[slot] = first(slots[slot], inside);
      }
    },
    segments: () => inside,
    decisions: () => decided.map((at, slot) => slots[slot][at]?.id ?? null),
  };
}
