// A known visitor's next page load: not one frame shows the default hero.

import assert from "node:assert/strict";

import { until } from "../support/until.mjs";
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

const frames = rows.map(({ title, browsers, fault }) => ({
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

/** Runs in the page: it writes into what the boot has painted, and (`leaves`) takes the choice back in the same turn. */
function write(leaves) {
  const hero = document.querySelector("[data-vitrine-slot=hero]");
  hero.querySelector("h1").firstChild.data = "Written by the page";
  hero.querySelector(".hero__cta").textContent = "Pressed by the page";
  hero.classList.add("of-the-page");
  if (leaves) window.vitrine.consent.withdraw();
}

/** In the page: what the hero is, and its parts. */
const hero = tab => tab.evaluate(() => {
  const hero = document.querySelector("[data-vitrine-slot=hero]");
  return [hero.className, ...["h1", ".hero__text", ".hero__cta"].map(part => hero.querySelector(part).textContent), hero.querySelector(".hero__cta").getAttribute("href")];
});

const written = [
  { title: "it is shown again, and the newer is the page's own when that ends", leaves: false, codes: [] },
  { title: "the newer stays and ours goes where it ends in the same turn", leaves: true, codes: ["VT-UNDO-CONFLICT"] },
].map(({ title, leaves, codes }) => ({
  title: `a page that writes into what the boot painted: ${title}`,
  browsers: ["chromium", "firefox", "webkit"],
  async run(t) {
    const shop = await t.shop();
    const tab = await (await t.browser()).newTab();
    await tab.goto(`${shop.origin}/`);
    await ready(tab);
    const own = await hero(tab);
    await becomeKnown(tab, shop);
    await tab.goto(`${shop.origin}/`);
    await heroIs(tab, winterHero);
    await ready(tab);
    await tab.evaluate(write, leaves);
    if (!leaves) {
      await heroIs(tab, winterHero);
      await tab.evaluate(() => window.vitrine.consent.withdraw());
    }
    const expected = [`${own[0]} of-the-page`, "Written by the page", own[2], "Pressed by the page", own[4]];
    await until(async () => JSON.stringify(await hero(tab)) === JSON.stringify(expected), "the page's newer content", 5_000)
      .catch(async () => assert.deepEqual(await hero(tab), expected));
    const { faults, diagnostics } = await notes(tab);
    assert.deepEqual([faults, diagnostics.map(({ code }) => code)], [[], codes]);
  },
}));

export default [...frames, ...written];
