// What a visitor has really seen is measured: half of it on screen, for a second in a row, once a page view.

import assert from "node:assert/strict";

import { allow, says, shopWith, there, write } from "../support/page.mjs";
import { accept, heroIs, look, notes, visit, winter, winterHero } from "../support/person.mjs";
import { events } from "../support/rows.mjs";
import { until } from "../support/until.mjs";

/** Runs in the page: its exposures are noted, and when each slot was decided. */
function note() {
  window.__seen = [];
  window.__decided = {};
  window.vitrine.on("decision", ({ slot }) => { window.__decided[slot] = performance.now(); });
  window.vitrine.on("exposure", detail => window.__seen.push({ ...detail, after: performance.now() - window.__decided[detail.slot] }));
}

/** Runs in the page: the hero is far off the screen, or (`false`) back. */
function away(is) {
  window.__away ??= new CSSStyleSheet();
  window.__away.replaceSync(is ? "[data-vitrine-slot=hero] { position: relative; left: -9999px }" : "");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets.filter(sheet => sheet !== window.__away), window.__away];
}

const seen = tab => tab.evaluate(() => window.__seen.filter(({ slot }) => slot === "hero"));
const rows = async shop => (await events(shop.server)).filter(({ event, properties }) => event === "Experience Viewed" && properties.slot === "hero");

export default [{
  title: "exposure: what is off the screen is not seen, what is on it is after a second, once a page view, and the backend has it",
  browsers: ["chromium", "firefox", "webkit"],
  async run(t) {
    const shop = await t.shop();
    const tab = await (await t.browser()).newTab();
    await visit(tab, `${shop.origin}/`);
    await tab.evaluate(note);
    await tab.evaluate(away, true);
    await accept(tab);
    for (const sku of winter) await look(tab, sku);
    await heroIs(tab, winterHero);
    // Other slots are on the screen: once one of them was seen for as long, the hero would have been.
    await tab.waitFor(() => window.__seen.length > 0, [], { what: "another slot to be seen" });
    assert.deepEqual(await seen(tab), []);
    await tab.evaluate(away, false);
    await tab.evaluate(() => window.scrollTo(0, 0));
    await until(async () => (await seen(tab)).length > 0, "the hero to be seen");
    const [exposure] = await seen(tab);
    const { experience, variant, reason, after } = exposure;
    assert.deepEqual(await tab.evaluate(() => (({ experience, variant, reason }) => ({ experience, variant, reason }))(window.vitrine.decide("hero"))),
      { experience, variant, reason });
    assert.ok(after >= 990, `a second after it was decided at the earliest: ${after}`);
    await tab.evaluate(() => window.vitrine.flush());
    await until(async () => (await rows(shop)).length === 1, "the backend to have it");
    const [row] = await rows(shop);
    assert.deepEqual([row.properties.experience, row.properties.variant], [experience, variant]);
    // Off and on again is the same page view.
    await tab.evaluate(away, true);
    await tab.evaluate(away, false);
    await visit(tab, `${shop.origin}/`);
    await heroIs(tab, winterHero);
    await until(async () => {
      await tab.evaluate(() => window.vitrine.flush());
      return (await rows(shop)).length === 2;
    }, "the next page view to count");
    assert.deepEqual((await notes(tab)).faults, []);
  },
}, {
  title: "exposure: in a shadow root inside another as anywhere: once, and not before it is on the screen",
  browsers: ["chromium", "firefox", "webkit"],
  async run(t) {
    const shop = await shopWith(t, { slots: { inner: {}, plain: {}, later: {} }, experiences: [says("inner"), says("plain"), says("later")] });
    const path = write(shop, "deep.html", `<p data-vitrine-slot="plain">own</p><p data-vitrine-slot="later" hidden>own</p><x-outer data-vitrine-shadow></x-outer><template><p data-vitrine-slot="inner">own</p></template>`);
    const tab = await (await t.browser()).newTab();
    await tab.goto(shop.origin + path);
    await tab.evaluate(() => {
      const deeper = of => of.attachShadow({ mode: "open" });
      const outer = document.querySelector("x-outer");
      const inner = deeper(outer).appendChild(document.createElement("x-inner"));
      inner.dataset.vitrineShadow = "";
      deeper(inner).append(document.querySelector("template").content.cloneNode(true));
      inner.hidden = true;
      window.__inner = inner;
    });
    await there(tab);
    await tab.evaluate(note);
    await tab.evaluate(() => {
      window.__where = [];
      document.addEventListener("vitrine:exposure", event => window.__where.push([event.detail.slot, event.composedPath()[0].textContent]));
    });
    await allow(tab);
    const slots = () => tab.evaluate(() => window.__seen.map(({ slot }) => slot));
    await until(async () => (await slots()).length > 0, "the plain slot to be seen");
    assert.deepEqual(await slots(), ["plain"]);
    await tab.evaluate(() => { window.__inner.hidden = false; });
    await until(async () => (await slots()).length > 1, "the inner slot to be seen");
    await tab.evaluate(() => { window.__inner.hidden = true; });
    await tab.evaluate(() => { document.querySelector("[data-vitrine-slot=later]").hidden = window.__inner.hidden = false; });
    // On the screen for as long: once the other was seen, it would have been seen again.
    await until(async () => (await slots()).includes("later"), "another slot, shown with it, to be seen");
    assert.deepEqual(await slots(), ["plain", "inner", "later"]);
    assert.deepEqual(await tab.evaluate(() => window.__where), [["plain", "plain says"], ["inner", "inner says"], ["later", "later says"]]);
    assert.deepEqual((await notes(tab)).faults, []);
  },
}];
