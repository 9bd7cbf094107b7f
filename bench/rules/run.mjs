// node bench/rules/run.mjs --runs 30 [--sizes 100,1000,10000]: figures as JSON on standard output, progress on standard error.

import { parseArgs } from "node:util";

import { open } from "../../tests/e2e/drivers/index.mjs";
import { compile, dist, packed, page, root, say } from "../lib/parts.mjs";
import { serve } from "../lib/server.mjs";
import { model } from "./model.mjs";

const { values } = parseArgs({ options: {
  runs: { type: "string", default: "30" },
  sizes: { type: "string", default: "100,1000,10000" },
} });
const runs = Number(values.runs);
const sizes = values.sizes.split(",").map(Number);

const routes = {
  "/index.html": page("/page.js"),
  "/frame.html": page("/frame.js"),
  "/page.js": await packed("rules/page.mjs"),
  "/frame.js": await packed("rules/frame.mjs"),
};
for (const size of sizes) {
  const { bundle } = compile(`bench-${size}`, model(size), `${root}target/bench/rules`);
  routes[`/v1/sites/bench-${size}/bundle/2`] = bundle;
  say(`${size} segments: a bundle of ${bundle.length} bytes`);
}
const server = await serve(routes, dist);
let browser;
try {
  browser = await open("chromium");
  const tab = await browser.newTab();
  await tab.goto(`${server.origin}/index.html`);
  for (const size of sizes) {
    const { events, flips, changes } = await tab.evaluate(async size => (await window.bench).open(size), size);
    say(`${size} segments: all subjects agree over ${events} events; one flips ${flips.toFixed(1)} segments and changes ${changes.toFixed(1)} decisions`);
  }
  const rows = new Map();
  // The first turn is for the browser to get warm, and to find how many events make a batch.
  for (let number = -1; number < runs; number++) {
    for (const [size, subject, value] of await tab.evaluate(async number => (await window.bench).turn(number), number + 1)) {
      if (number < 0) continue;
      const key = `${size} ${subject}`;
      const row = rows.get(key) ?? { what: `${size} segments`, subject, unit: "µs", values: [] };
      row.values.push(value);
      rows.set(key, row);
    }
    if ((number + 1) % 5 == 0) say(`${number + 1} of ${runs} turns`);
  }
  console.log(JSON.stringify({ rows: [...rows.values()] }));
} finally {
  await browser?.close();
  server.stop();
}
