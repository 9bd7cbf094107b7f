// A live region is read out whenever it changes: it hears of a swap once, of its undo once, and of nothing in between.

import assert from "node:assert/strict";

import { allow, shopWith, write } from "../support/page.mjs";
import { notes } from "../support/person.mjs";
import { until } from "../support/until.mjs";

const own = `<b>own</b> <i>words</i>`;
const rows = {
  text: { to: "new words" },
  html: { to: "<b>new</b> words" },
  replace: { at: "b", html: "<b>new</b>" },
  insertAfter: { at: "i", html: "<b>and new</b>" },
  hide: { at: "i" },
  template: { use: "v" },
};

export default [{
  title: "live regions: each hears of a swap once, of its undo once, and of nothing while the page goes on",
  browsers: ["chromium", "firefox", "webkit"],
  async run(t) {
    const names = Object.keys(rows);
    const shop = await shopWith(t, {
      slots: Object.fromEntries(names.map(name => [name, {}])),
      experiences: names.map(name => ({ id: name, slot: name, live: true, variants: [{ id: "v", actions: [{ [name]: rows[name] }] }] })),
    });
    const template = `<template data-variant="v"><b>new</b></template>`;
    const body = names.map(name => `<section aria-live="polite"><div data-vitrine-slot="${name}">${own}${name === "template" ? template : ""}</div></section>`).join("");
    const path = write(shop, "live.html", `<main>${body}</main><p>beside</p>`);
    const tab = await (await t.browser()).newTab();
    await tab.goto(shop.origin + path);
    await tab.evaluate(() => {
      window.__heard = {};
      for (const region of document.querySelectorAll("[aria-live]")) {
        const heard = window.__heard[region.firstChild.dataset.vitrineSlot] = [];
        new MutationObserver(() => heard.push(region.innerText.trim())).observe(region, { subtree: true, childList: true, characterData: true, attributes: true });
      }
    });
    const heard = () => tab.evaluate(() => Object.values(window.__heard).map(({ length }) => length));
    const before = await tab.evaluate(() => document.querySelector("main").innerHTML);
    await allow(tab);
    await until(async () => (await heard()).every(count => count > 0), "every region to be changed");
    // The page goes on: what is known of them changes, and so does the page.
    await tab.evaluate(async () => {
      for (let n = 0; n < 3; n++) {
        await window.vitrine.track("Product Viewed", { sku: "x", category: "winter", price: n });
        document.querySelector("main + p").append("!");
      }
    });
    assert.deepEqual(await heard(), names.map(() => 1));
    await tab.evaluate(() => window.vitrine.consent.withdraw());
    await until(async () => await tab.evaluate(() => document.querySelector("main").innerHTML) === before, "the page's own content");
    assert.deepEqual(await heard(), names.map(() => 2));
    assert.ok((await tab.evaluate(() => [...document.querySelectorAll("section")].every(region => region.getAttribute("aria-live") === "polite"))));
    assert.deepEqual((await notes(tab)).faults, []);
  },
}];
