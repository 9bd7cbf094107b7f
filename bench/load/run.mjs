// node bench/load/run.mjs --browser chromium --runs 30: figures as JSON on standard output, progress on standard error.

import { parseArgs } from "node:util";

import { open } from "../../tests/e2e/drivers/index.mjs";
import { compile, dist, packed, page, root, say } from "../lib/parts.mjs";
import { serve } from "../lib/server.mjs";
import { model } from "../rules/model.mjs";
import { features } from "../rules/site.mjs";

const { values: { browser: name, runs } } = parseArgs({ options: {
  browser: { type: "string", default: "chromium" },
  runs: { type: "string", default: "30" },
} });
const SEGMENTS = 1_000;

const rules = model(SEGMENTS);
const { bundle } = compile("bench-load", rules, `${root}target/bench/load`);
const text = JSON.stringify(features(rules));
const server = await serve({
  "/index.html": page("/page.js"),
  "/vitrine.html": page("/vitrine.js"),
  "/growthbook.html": page("/growthbook.js"),
  "/page.js": await packed("load/page.mjs"),
  "/vitrine.js": await packed("load/vitrine.mjs"),
  "/growthbook.js": await packed("load/growthbook.mjs"),
  "/features.json": text,
  "/v1/sites/bench-load/bundle/2": bundle,
}, dist);
let browser;
try {
  browser = await open(name);
  const tab = await browser.newTab();
  await tab.goto(`${server.origin}/index.html`);
  say(`${name}: a bundle of ${bundle.length} bytes, features of ${text.length}`);
  const once = subject => tab.evaluate(async subject => (await window.bench).once(subject), subject);
  const rows = [];
  const row = (what, subject) => {
    const made = { what, subject, unit: "ms", values: [] };
    rows.push(made);
    return made.values;
  };
  const what = `${name}, ${SEGMENTS} segments`;
  const figures = ["vitrine", "growthbook"].map(subject =>
    ({ subject, ready: row(what, subject), answered: row(`${what}, all segments read`, subject) }));
  // The first pair only brings files into the browser.
  for (let number = -1; number < Number(runs); number++) {
    for (const { subject, ready, answered } of number % 2 ? figures : [...figures].reverse()) {
      const took = await once(subject);
      if (number < 0) continue;
      ready.push(took.ready);
      answered.push(took.answered);
    }
    if ((number + 1) % 10 == 0) say(`${name}: ${number + 1} of ${runs} pairs`);
  }
  console.log(JSON.stringify({ rows }));
} finally {
  await browser?.close();
  server.stop();
}
