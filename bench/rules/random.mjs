// Random numbers that are the same in every run: rules are made on one side, answers compared on another.

/** A generator of numbers in [0, 1) from a seed (a 32-bit xorshift with a multiplicative finish). */
export function random(seed) {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (Math.imul(state, 0x2c9277b5) >>> 0) / 2 ** 32;
  };
}

/** Words for choosing, on top of a generator. */
export function chooser(seed) {
  const next = random(seed);
  const below = count => Math.floor(next() * count);
  const pick = list => list[below(list.length)];
  const shuffle = list => {
    for (let at = list.length - 1; at > 0; at--) {
      const other = below(at + 1);
      [list[at], list[other]] = [list[other], list[at]];
    }
    return list;
  };
  return { next, below, pick, shuffle, several: (list, count) => shuffle([...list]).slice(0, count) };
}
