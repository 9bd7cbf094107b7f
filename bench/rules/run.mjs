// node bench/rules/run.mjs [--runs 30] [--report file]: decisions after one event, for `cargo xtask bench rules`.

import { main } from "../lib/main.mjs";
import { compile, packed, page, root, say } from "../lib/parts.mjs";
import { model } from "./model.mjs";

const SIZES = [100, 1_000, 10_000];

async function routes() {
  const routes = {
    "/index.html": page("/page.js"),
    "/frame.html": page("/frame.js"),
    "/page.js": await packed("rules/page.mjs"),
    "/frame.js": await packed("rules/frame.mjs"),
  };
  for (const size of SIZES) {
    const { bundle } = compile(`bench-${size}`, model(size), `${root}target/bench/rules`);
    routes[`/v1/sites/bench-${size}/bundle/2`] = bundle;
    say(`${size} segments: a bundle of ${bundle.length} bytes`);
  }
  return routes;
}

await main(routes, async ({ runs, page }) => {
  for (const size of SIZES) {
    const { events, flips, changes } = await page("open", size);
    say(`${size} segments: all subjects agree over ${events} events; one flips ${flips.toFixed(1)} segments and changes ${changes.toFixed(1)} decisions`);
  }
  const rows = new Map();
  // The first turn is for the browser to get warm, and to find how many events make a batch.
  for (let number = 0; number <= runs; number++) {
    for (const [size, subject, value] of await page("turn", number)) {
      const [key, row] = [`${size} ${subject}`, { what: `${size} segments`, subject, unit: "µs", values: [] }];
      if (!rows.has(key)) rows.set(key, row);
      if (number > 0) rows.get(key).values.push(value);
    }
    say(`${number} of ${runs} turns`);
  }
  return [...rows.values()].sort((a, b) => parseInt(a.what) - parseInt(b.what) || (a.subject < b.subject ? 1 : -1));
});
