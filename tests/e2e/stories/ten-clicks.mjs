// The shop's ten clicks: a page that asks first, learns, swaps, reminds, stops reminding, and puts everything back.

import assert from "node:assert/strict";

import { accept, consent, heroIs, hook, look, notes, ownHero, ready, reminded, shelves, slots, textOf, visit, winter, winterHero } from "../support/person.mjs";
import { counts, visitorRows } from "../support/rows.mjs";

/** Within a second, says the promise; measured from the click's return. */
const SECOND = { timeout: 1_000 };

export default [{
  title: "accept, three winter looks, basket, back, order, withdraw: each shows at once and without reload",
  async run(t) {
    const shop = await t.shop();
    const browser = await t.browser();
    const other = await browser.newTab();
    await visit(other, `${shop.origin}/`);
    const untouched = await slots(other);
    const tab = await browser.newTab();
    await visit(tab, `${shop.origin}/`);
    await tab.evaluate(() => { window.sameDocument = true; });

    await accept(tab);
    await tab.waitFor(() => window.vitrine.consent.get().personalization.state === "granted");
    assert.match(await textOf(tab, "hero-title"), new RegExp(ownHero));
    const order = await shelves(tab);
    assert.equal(order[0], "kitchen");

    for (const sku of winter.slice(0, 2)) await look(tab, sku);
    assert.match(await textOf(tab, "hero-title"), new RegExp(ownHero));
    await tab.click(hook(`quick-look-${winter[2]}`));
    await heroIs(tab, winterHero);
    await tab.waitFor(() => document.querySelector("[data-test=categories] > [data-test^=shelf-]").dataset.test === "shelf-winter", [], { what: "the winter shelf first" });
    assert.deepEqual(await shelves(tab), ["winter", ...order.filter(name => name !== "winter")]);
    assert.equal(await tab.evaluate(() => window.sameDocument), true, "without reload");
    await heroIs(other, winterHero, { what: "the other tab to follow" });

    await tab.click(hook("quick-look-add"));
    await tab.waitFor(() => document.querySelector("[data-test=basket-count]").textContent === "1");
    assert.equal(await reminded(tab), false, "not on the page that filled the basket");

    await tab.click(hook("brand"));
    await tab.waitFor(() => !window.sameDocument && document.readyState !== "loading");
    await ready(tab);
    await tab.waitFor(() => !document.querySelector("[data-test=reminder]").hidden, [], { what: "the reminder" });
    await tab.evaluate(() => { window.sameDocument = true; });

    await tab.click(hook("reminder-order"));
    await tab.waitFor(() => document.querySelector("[data-test=reminder]").hidden, [], { what: "the reminder to go", ...SECOND });
    const visitor = await tab.evaluate(() => window.vitrine.visitor.id());
    await tab.evaluate(() => window.vitrine.flush());
    assert.ok((await visitorRows(shop.server, visitor)).events > 0, "the server knows this visitor");

    await tab.click(hook("withdraw"));
    for (const page of [tab, other]) {
      await heroIs(page, ownHero, { what: "the page's own hero", ...SECOND });
      assert.deepEqual(await shelves(page), order);
      assert.equal(await reminded(page), false);
    }
    const gone = await tab.waitFor(async () => (await indexedDB.databases()).length === 0, [], { what: "the database to go", ...SECOND });
    assert.ok(gone);
    assert.deepEqual(await tab.evaluate(() => Object.keys(localStorage).filter(key => key.startsWith("vt:"))), [`vt:${shop.keys.site}:c`]);
    await emptied(shop.server, visitor);
    assert.deepEqual(new Set(Object.values(await consent(tab))), new Set(["withdrawn"]));
    assert.equal(await tab.evaluate(() => window.sameDocument), true, "without reload");
    assert.deepEqual(await slots(other), untouched, "nothing of ours remains in the page");
    for (const page of [tab, other]) {
      const { faults, violations } = await notes(page);
      assert.deepEqual({ faults, violations }, { faults: [], violations: [] });
    }
  },
}];

/** The server has purged everything that rested on the visitor's consent, within a second. */
async function emptied(server, visitor) {
  const end = Date.now() + 1_000;
  for (;;) {
    const rows = await visitorRows(server, visitor);
    if (Object.values(rows).every(count => count === 0)) return;
    assert.ok(Date.now() < end, `after a second the server still has ${JSON.stringify(rows)} of ${JSON.stringify(await counts(server))}`);
  }
}
