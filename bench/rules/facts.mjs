// The facts that rules read: 60 traits of one visitor, three of which an event changes.

import { chooser } from "./random.mjs";

const WORDS = "amber basil cedar delta ember fable grove heron indigo juniper kelp lotus maple north olive pearl quartz raven sage tulip"
  .split(" ");

const range = (from, to) => Array.from({ length: to - from }, (_, at) => `a${from + at}`);

/** What an event changes: a number, a text and a flag. */
export const hot = { number: ["a0"], text: ["a1"], flag: ["a2"], optional: [] };
/** What stays as it is. */
export const cold = { number: range(3, 30), text: range(30, 50), flag: range(50, 55), optional: range(55, 60) };

/** Declared traits, as the site file says them. */
export const declared = Object.fromEntries([hot, cold].flatMap(facts => [
  ...facts.number.map(name => [name, "number"]),
  ...[...facts.text, ...facts.optional].map(name => [name, "string"]),
  ...facts.flag.map(name => [name, "boolean"]),
]));

/** The visitor before the first event. Some optional traits are absent, the others are always there. */
export function visitor() {
  const { below, pick } = chooser(1);
  const facts = { a0: 50, a1: WORDS[0], a2: false };
  for (const name of cold.number) facts[name] = below(100);
  for (const name of cold.text) facts[name] = pick(WORDS);
  for (const name of cold.flag) facts[name] = below(2) == 1;
  for (const name of cold.optional.slice(0, 3)) facts[name] = pick(WORDS);
  return facts;
}

/** A clause `{ name, op, value }` about one fact of this kind, drawn at random. */
export function clause({ below, pick, several }, kind, name) {
  switch (kind) {
    case "number": return { name, op: pick(["$gt", "$lt"]), value: 1 + below(98) };
    case "text": {
      const op = pick(["bare", "$eq", "$in"]);
      return { name, op, value: op == "$in" ? several(WORDS, 5) : pick(WORDS) };
    }
    case "flag": return { name, op: "bare", value: below(2) == 1 };
    default: return { name, op: "$exists", value: below(2) == 1 };
  }
}

/** Whether a clause holds: the plain meaning that all subjects are held to. */
export function holds({ name, op, value }, facts) {
  const fact = facts[name];
  switch (op) {
    case "$gt": return fact > value;
    case "$lt": return fact < value;
    case "$in": return value.includes(fact);
    case "$exists": return (fact !== undefined) === value;
    default: return fact === value;
  }
}

/** The events that may follow: each gives every hot fact another value than it has. */
export function events({ a0, a2, a1 }) {
  const numbers = [-6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6].map(step => a0 + step).filter(value => value >= 0 && value < 100);
  return numbers.flatMap(a0 => WORDS.filter(word => word != a1).map(word => ({ a0, a1: word, a2: !a2 })));
}
