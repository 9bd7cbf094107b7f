// The rules of the bench, independent of who evaluates them: segments of three clauses, experiences over slots, and a
// round of events. The same for every run; the first hundred segments are the same for every size.

import { clause, cold, events, holds, hot, visitor } from "./facts.mjs";
import { chooser } from "./random.mjs";

/** Slots of the page. */
export const SLOTS = 20;
/** Experiences for each slot, by falling priority. */
const EACH = 5;
/** Segments that read what an event changes: with two such clauses, and with one. 150 leaves: 5 % of those of 1,000 segments. */
const AFFECTED = { two: 60, one: 30 };
/** Of those with two, how many have a third clause that holds, so that events can flip them. */
const LIVE = 12;
/** Segments that experiences read; the same for every size. */
const CORE = 100;
/** Events before the round turns back. */
const STEPS = 32;

/** `{ facts, segments: [{ id, clauses }], slots: [[{ id, segment }]], round: [traits] }` for so many segments. */
export function model(count) {
  const facts = visitor();
  const core = chooser(2);
  const segments = [];
  for (let at = 0; at < CORE; at++) {
    const affected = at < AFFECTED.two ? 2 : at < AFFECTED.two + AFFECTED.one ? 1 : 0;
    segments.push(segment(core, facts, affected, at < LIVE));
  }
  const more = chooser(3);
  while (segments.length < count) segments.push(segment(more, facts, 0, false));
  // In a site file the rules that an event touches lie anywhere.
  const places = chooser(4).shuffle(segments.map((_, at) => at));
  const placed = [];
  segments.forEach((clauses, at) => { placed[places[at]] = { id: `s${places[at]}`, clauses }; });
  const read = chooser(5).shuffle([...Array(CORE).keys()]).map(at => places[at]);
  const slots = Array.from({ length: SLOTS }, (_, slot) =>
    Array.from({ length: EACH }, (_, rank) => ({ id: `e${slot}-${rank}`, segment: read[slot * EACH + rank] })));
  return { facts, segments: placed, slots, round: round(facts, segments.slice(0, CORE)) };
}

function segment(choose, facts, affected, live) {
  const clauses = kinds(choose, hot, affected);
  for (const [kind, name] of kinds(choose, cold, 3 - affected, true)) {
    let made;
    // Most people are in few segments: what an event does not touch decides most of them.
    do made = clause(choose, kind, name); while (affected && holds(made, facts) != live);
    clauses.push(made);
  }
  return choose.shuffle(clauses.map(one => Array.isArray(one) ? clause(choose, ...one) : one));
}

/** So many different facts, as `[kind, name]`. */
function kinds({ several, pick }, from, count) {
  const all = Object.entries(from).filter(([, names]) => names.length);
  if (from === hot) return several(all, count).map(([kind, [name]]) => [kind, name]);
  const chosen = new Map();
  while (chosen.size < count) {
    const [kind, names] = pick(all);
    chosen.set(pick(names), kind);
  }
  return [...chosen].map(([name, kind]) => [kind, name]);
}

/**
 * Events that each change every hot fact and flip at least one segment, as few as can be; forth and back, so that the round
 * can be repeated.
 */
function round(start, segments) {
  const choose = chooser(6);
  const inside = facts => segments.map(clauses => clauses.every(one => holds(one, facts)));
  const forth = [pickHot(start)];
  let [facts, now] = [start, inside(start)];
  while (forth.length < STEPS) {
    const options = choose.shuffle(events(facts)).map(traits => {
      const next = { ...facts, ...traits };
      const then = inside(next);
      return { next, then, flips: then.filter((value, at) => value != now[at]).length };
    });
    const flipping = options.filter(({ flips }) => flips > 0).sort((a, b) => a.flips - b.flips);
    if (!flipping.length) throw new Error("no event flips a segment: choose more live segments");
    [facts, now] = [flipping[0].next, flipping[0].then];
    forth.push(pickHot(facts));
  }
  return [...forth.slice(1), ...forth.slice(0, -1).reverse()];
}

const pickHot = ({ a0, a1, a2 }) => ({ a0, a1, a2 });
