// A known visitor's next page load: not one frame shows the default hero.

import assert from "node:assert/strict";

import { heroIs, likeWinter, notes, ownHero, ready, winter, winterHero } from "../support/person.mjs";

async function becomeKnown(tab, shop) {
  await likeWinter(tab, shop);
  await tab.waitFor(site => localStorage.getItem(`vt:${site}:p`)?.includes("hero-winter"), [shop.keys.site], { what: "the paint record" });
}

const heroFrames = tab => tab.evaluate(() => window.__frames.filter(frame => frame.slot === "hero"));

const rows = [
  { title: "the next load", browsers: ["chromium", "firefox"], fault: undefined },
  { title: "the next load while the wasm hangs: the boot alone paints", browsers: ["chromium"],
    fault: ({ path }) => path.endsWith(".wasm") ? { hang: true } : undefined },
];

export default rows.map(({ title, browsers, fault }) => ({
  title: `${title}: 0 frames with the default hero`,
  browsers,
  async run(t) {
    const shop = await t.shop();
    const tab = await (await t.browser()).newTab();
    await becomeKnown(tab, shop);
    shop.proxy.fault = fault;
    for (let load = 0; load < t.times(5); load++) {
      await (load % 2 ? tab.reload() : tab.goto(`${shop.origin}/`));
      await heroIs(tab, winterHero);
      if (!fault) await ready(tab);
      await tab.waitFor(() => window.__frames.length > 0 && performance.now() > 800, [], { what: "the frames of the first 800 ms" });
      const frames = await heroFrames(tab);
      assert.deepEqual(frames.filter(frame => frame.visible && frame.text.includes(ownHero)), [], `load ${load}`);
      assert.ok(frames.some(frame => frame.visible && frame.text.includes(winterHero)), "the recorder saw the winter hero");
      // On a slow machine Firefox paints before the page's own style is there: that moves everything.
      const styled = await tab.evaluate(() => performance.getEntriesByType("resource").find(({ name }) => name.endsWith("/shop.css"))?.responseEnd ?? 0);
      const boxes = frames.filter(frame => frame.visible && frame.at >= styled).map(frame => frame.box.join());
      assert.equal(new Set(boxes).size, 1, `and it did not move: ${boxes.join(" ")}`);
      const { faults, violations } = await notes(tab);
      assert.deepEqual({ faults, violations }, { faults: [], violations: [] });
    }
  },
}));
