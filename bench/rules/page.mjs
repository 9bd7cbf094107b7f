// The page of the bench: a frame for each size, each a world of its own, timed in turns.

const frames = new Map();

/** Opens the frame of one size. Answers what was compared there. */
export async function open(count) {
  const frame = document.body.appendChild(document.createElement("iframe"));
  const loaded = new Promise(done => frame.addEventListener("load", done, { once: true }));
  frame.src = "/frame.html";
  await loaded;
  const bench = await frame.contentWindow.bench;
  frames.set(count, bench);
  return bench.prepare(count);
}

/** One batch of every subject in every size, in another order each time: `[[count, subject, µs]]`. */
export async function turn(number) {
  const jobs = [...frames].flatMap(([count, bench]) => [
    ...bench.names().map(name => [count, name, false]),
    [count, "vitrine", true],
  ]);
  // By turns forth and back from another place: nobody always follows the same one.
  const from = (number * 5) % jobs.length;
  const order = [...jobs.slice(from), ...jobs.slice(0, from)];
  if (number % 2) order.reverse();
  const out = [];
  for (const [count, name, read] of order) {
    out.push([count, read ? `${name}, 20 decisions read` : name, await frames.get(count).batch(name, read)]);
  }
  return out;
}
