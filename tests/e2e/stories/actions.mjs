// Random sequences of actions where tests/dom does not look: undone to the letter in the other browsers too.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { faults, pages, seed, sequences, site } from "../../dom/sequences.mjs";
import { dist } from "../support/server.mjs";

export default [{
  loose: "its pages have styles in attributes, to be changed and put back",
  title: `random sequences of actions are undone exactly`,
  browsers: ["firefox", "webkit"],
  timeout: 240_000,
  async run(t) {
    const count = t.times(200);
    const rows = sequences(count);
    const shop = await t.shop({ site: file => ({ ...file, slots: { ...file.slots, ...site(rows).slots }, experiences: [...file.experiences, ...site(rows).experiences] }) });
    const { version } = JSON.parse(readFileSync(join(dist, "manifest.json"), "utf8"));
    const { keys } = shop;
    const tag = `<script async src="/sdk/${version}/vitrine.js" data-site="${keys.site}" data-key="${keys.public}" data-verify="${keys.verify}"></script>`;
    const written = pages(shop.server.www, rows, tag);
    const tab = await (await t.browser()).newTab();
    const words = { goto: tab.goto, run: tab.evaluate, until: (fn, ...args) => tab.waitFor(fn, args) };
    const wrong = [];
    let changed = 0;
    for (const part of written) {
      const found = await faults(words, shop.origin, part);
      wrong.push(...found.wrong);
      changed += found.changed;
    }
    assert.equal(wrong.length, 0, `VITRINE_SEED=${seed}: ${wrong.length} faults, such as\n${wrong.slice(0, 5).join("\n")}`);
    assert.ok(changed > count / 3, `${changed} of ${count} changed the page`);
  },
}];
