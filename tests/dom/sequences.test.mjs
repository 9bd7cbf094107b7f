// Random sequences of actions in Chromium; the other browsers have theirs in tests/e2e/stories/actions.mjs.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { faults, pages, seed, sequences, site, times } from "./sequences.mjs";
import { open } from "./support.mjs";

const count = times(1_000);
const rows = sequences(count);

let place;
let written;
before(async () => { place = await open(site(rows), (www, tag) => { written = pages(www, rows, tag); }); });
after(() => place.close());

test(`${count} random sequences are undone exactly (VITRINE_SEED=${seed})`, async () => {
  const wrong = [];
  let changed = 0;
  for (const part of written) {
    const page = await place.page("/empty/");
    const tab = { goto: url => page.goto(url), run: page.run, until: page.until };
    const found = await faults(tab, place.origin, part);
    wrong.push(...found.wrong, ...page.errors);
    changed += found.changed;
    await page.context().close();
  }
  assert.equal(wrong.length, 0, `${wrong.length} faults, such as\n${wrong.slice(0, 5).join("\n")}`);
  // Those that find nothing to change change nothing: they are the fewer.
  assert.ok(changed > count / 3, `${changed} of ${count} changed the page`);
});
