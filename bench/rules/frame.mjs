// One size of the bench in one frame: Vitrine and every peer side by side, compared, then timed in batches.

import { model } from "./model.mjs";
import { handBrute, handIndexed } from "./peers/hand.mjs";
import { growthbook, logicJs, mingo, sifted } from "./peers/libraries.mjs";
import { vitrine } from "./vitrine.mjs";

/** A batch lasts at least this long, in milliseconds, however coarse the clock. */
const BATCH = 20;

let rules, subjects, counts, warm, states;

/** Makes the subjects for so many segments and checks that they agree. Answers what was compared. */
export async function prepare(count) {
  if (!crossOriginIsolated) throw new Error("the page is not cross-origin isolated: its clock is too coarse");
  rules = model(count);
  subjects = {
    "hand-brute": handBrute(rules),
    "hand-indexed": handIndexed(rules),
    "json-logic-js": logicJs(rules),
    sift: sifted(rules),
    mingo: mingo(rules),
    growthbook: growthbook(rules),
    vitrine: await vitrine(`bench-${count}`, rules),
  };
  const compared = compare();
  counts = {};
  warm = new Set();
  return compared;
}

/** Plays two rounds to everyone; every segment and decision must be the same after each event. */
function compare() {
  let [flips, changes, events] = [0, 0, 0];
  let before;
  states = [];
  for (const traits of [...rules.round, ...rules.round]) {
    for (const subject of Object.values(subjects)) subject.event({ ...traits });
    events++;
    const judge = answer("hand-brute");
    states[(events - 1) % rules.round.length] = judge;
    for (const name in subjects) agree(name, judge, `event ${events}`);
    if (before) {
      const changed = judge.map((value, at) => value !== before[at]);
      const flipped = changed.slice(0, rules.segments.length).filter(Boolean).length;
      if (!flipped) throw new Error(`event ${events} flips no segment`);
      flips += flipped;
      changes += changed.slice(rules.segments.length).filter(Boolean).length;
    }
    before = judge;
  }
  return { events, flips: flips / (events - 1), changes: changes / (events - 1) };
}

/** Fails loudly where a subject answers anything else than what is right. */
function agree(name, judge, when) {
  const given = answer(name);
  const wrong = given.findIndex((value, at) => value !== judge[at]);
  if (wrong < 0) return;
  const what = wrong < rules.segments.length ? `segment ${rules.segments[wrong].id}` : `slot ${wrong - rules.segments.length}`;
  const why = subjects[name].said?.join(", ");
  throw new Error(`${name} is wrong after ${when}: ${what} is ${given[wrong]}, not ${judge[wrong]}${why ? ` (${why})` : ""}`);
}

const answer = name => [...subjects[name].segments(), ...subjects[name].decisions()];

/** Names of the subjects. */
export const names = () => Object.keys(subjects);

/**
 * Microseconds an event of one subject, over one batch. `read` also reads all decisions after each event. The end of the
 * batch reads them in any case, so that nobody may put the work off.
 */
export async function batch(name, read = false) {
  const subject = subjects[name];
  const key = name + read;
  if (!warm.has(key)) {
    run(subject, read, 200);
    await settled();
    warm.add(key);
  }
  for (;;) {
    const count = counts[key] ??= 1;
    const took = run(subject, read, count);
    // Promises of the calls, and what they hold, are not left to the next subject.
    await settled();
    agree(name, states[at], `a batch of ${count}`);
    if (took >= BATCH) return took * 1_000 / count;
    counts[key] = Math.ceil(count * Math.max(1.2, Math.min(20, BATCH * 1.3 / Math.max(took, 0.1))));
  }
}

let at = 0;

function run(subject, read, count) {
  const { round } = rules;
  const began = performance.now();
  // Warming up ends early for who takes long.
  for (let done = 0; done < count && (count != 200 || performance.now() - began < 500); done++) {
    const { a0, a1, a2 } = round[at = (at + 1) % round.length];
    subject.event({ a0, a1, a2 });
    if (read) subject.decisions();
  }
  subject.decisions();
  return performance.now() - began;
}

const settled = () => new Promise(done => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = done;
  port2.postMessage(0);
});
