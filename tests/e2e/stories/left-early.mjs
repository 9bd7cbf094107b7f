// A page that is left in the very moment that something is allowed on it: its store is being made.

import assert from "node:assert/strict";

import { there, write } from "../support/page.mjs";

export default [{
  title: "left early: the next page has its store, however soon the one before was left after the first grant",
  browsers: ["chromium", "firefox"],
  async run(t) {
    const shop = await t.shop();
    const [first, second] = ["first.html", "second.html"].map(name => shop.origin + write(shop, name, name));
    for (let n = 0; n < t.times(5); n++) {
      // A browser of its own: the first store of all takes the longest to make.
      const browser = await t.browser();
      const tab = await browser.newTab();
      await tab.goto(first);
      await there(tab);
      await tab.evaluate(async () => {
        await window.vitrine.ready;
        await window.vitrine.consent.set({ measurement: "granted", personalization: "granted", experiments: "granted" });
      });
      await tab.goto(second);
      await there(tab);
      assert.deepEqual(await tab.evaluate(async () => [(await window.vitrine.ready).mode, window.vitrine.diagnostics()]), ["full", []]);
      await browser.close();
    }
  },
}];
