// node bench/load/run.mjs [--browser chromium] [--runs 30] [--report file]: taking in a bundle, for `cargo xtask bench load`.

import { main } from "../lib/main.mjs";
import { compile, packed, page, root, say } from "../lib/parts.mjs";
import { model } from "../rules/model.mjs";
import { features } from "../rules/site.mjs";

const SEGMENTS = 1_000;

async function routes() {
  const rules = model(SEGMENTS);
  const { bundle } = compile("bench-load", rules, `${root}target/bench/load`);
  const text = JSON.stringify(features(rules));
  say(`a bundle of ${bundle.length} bytes, features of ${text.length}`);
  return {
    "/index.html": page("/page.js"),
    "/vitrine.html": page("/vitrine.js"),
    "/growthbook.html": page("/growthbook.js"),
    "/page.js": await packed("load/page.mjs"),
    "/vitrine.js": await packed("load/vitrine.mjs"),
    "/growthbook.js": await packed("load/growthbook.mjs"),
    "/features.json": text,
    "/v1/sites/bench-load/bundle/2": bundle,
  };
}

await main(routes, async ({ browser, runs, page }) => {
  const rows = [];
  const values = (what, subject) => {
    const row = { what, subject, unit: "ms", values: [] };
    rows.push(row);
    return row.values;
  };
  const what = `${browser}, ${SEGMENTS} segments`;
  const subjects = ["vitrine", "growthbook"].map(subject =>
    ({ subject, ready: values(what, subject), answered: values(`${what}, then all rules evaluated`, subject) }));
  const known = [await page("check", "vitrine"), await page("check", "growthbook")];
  if (!known[0].length || String(known[0]) != String(known[1])) {
    throw new Error(`the subjects do not agree in which segments a visitor is: ${known.map(ids => ids.length).join(", ")}`);
  }
  say(`both loaded the same rules: a visitor is in the same ${known[0].length} segments`);
  // The first pair only brings files into the browser.
  for (let number = 0; number <= runs; number++) {
    for (const { subject, ready, answered } of number % 2 ? subjects : [...subjects].reverse()) {
      const took = await page("once", subject);
      if (number == 0) continue;
      ready.push(took.ready);
      answered.push(took.answered);
    }
    if (number % 10 == 0) say(`${number} of ${runs} pairs`);
  }
  return rows;
});
