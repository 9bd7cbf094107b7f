// Deciding in plain JavaScript, shared by all peers: none of them has slots of its own, so each gets the cheapest there is.

/** The first experience of a slot whose segment holds: its place, or -1. */
export function first(ranks, inside) {
  for (let at = 0; at < ranks.length; at++) if (inside[ranks[at].segment]) return at;
  return -1;
}

/**
 * A copy of the facts as one literal: an object that grew name by name would be a dictionary to the browser, and every rule
 * slower for it.
 */
export const literal = facts => new Function(`return ${JSON.stringify(facts)}`)();

/** What a peer that re-evaluates everything keeps: `evaluate(facts, inside)` fills in which segments hold. */
export function everything({ facts, segments, slots }, evaluate) {
  const known = literal(facts);
  const inside = new Array(segments.length).fill(false);
  const decided = new Array(slots.length).fill(-1);
  return {
    event(traits) {
      Object.assign(known, traits);
      evaluate(known, inside);
      for (let slot = 0; slot < slots.length; slot++) decided[slot] = first(slots[slot], inside);
    },
    segments: () => inside,
    decisions: () => decided.map((at, slot) => slots[slot][at]?.id ?? null),
  };
}
