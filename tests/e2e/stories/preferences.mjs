// The visitor's own page: what is known and why, a group left for good, a fact put right, the end of everything.

import assert from "node:assert/strict";

import { callsOutside, requestsOutside } from "../support/closed.mjs";
import { accept, heroIs, look, notes, ownHero, visit, winter, winterHero } from "../support/person.mjs";
import { visitorRows } from "../support/rows.mjs";
import { until } from "../support/until.mjs";

const CENTRE = "vitrine-preferences";
const part = key => `${CENTRE} >>> [data-key="${key}"]`;
const words = tab => tab.evaluate(tag => document.querySelector(tag)?.shadowRoot?.textContent ?? "", CENTRE);
const says = (tab, text) => tab.waitFor((tag, text) => document.querySelector(tag)?.shadowRoot?.textContent.includes(text), [CENTRE, text], { what: `the preference centre to say "${text}"` });

async function open(tab, shop, path = "") {
  await tab.goto(`${shop.origin}/preferences/${path}`);
  await tab.waitFor(tag => document.querySelector(tag)?.shadowRoot?.querySelector("h2"), [CENTRE], { what: "the preference centre" });
}

export default [
  {
    title: "preferences: before a choice the page says so, in both languages, and nothing but the closed list happens",
    async run(t) {
      const shop = await t.shop();
      const tab = await (await t.browser()).newTab();
      for (const [path, text] of [["", "This site keeps no profile of you"], ["fr/", "Ce site ne conserve aucun profil"]]) {
        await open(tab, shop, path);
        await says(tab, text);
        const { calls, faults, violations } = await notes(tab);
        assert.deepEqual(callsOutside(calls, { site: shop.keys.site, origin: shop.origin, acts: 0 }), []);
        assert.deepEqual({ faults, violations }, { faults: [], violations: [] });
      }
      assert.deepEqual(requestsOutside(shop.proxy.requests, { site: shop.keys.site, acts: 0 }), []);
    },
  },
  {
    title: "preferences: why, leave a group for good, correct a fact, erase everything",
    async run(t) {
      const shop = await t.shop();
      const tab = await (await t.browser()).newTab();
      await visit(tab, `${shop.origin}/`);
      await accept(tab);
      for (const sku of winter) await look(tab, sku);
      await heroIs(tab, winterHero);
      const stored = await tab.evaluate(() => window.vitrine.identify("c-1001", { city: "Paris" }));
      assert.equal(stored.status, "stored");

      await open(tab, shop);
      await says(tab, "Winter fans");
      await tab.click(`${part("why:winter-fans")} summary`);
      assert.match(await words(tab), /“Product Viewed”: 3 times in the last 7 days \(asked: at least 3\)/);
      await tab.click(part("group:winter-fans"));
      await says(tab, "You have left the group");

      await tab.click(part("correct:city"));
      await tab.evaluate((tag, key) => {
        const field = document.querySelector(tag).shadowRoot.querySelector(`[data-key="${key}"]`);
        field.value = "Lyon";
        field.dispatchEvent(new Event("input"));
        field.form.requestSubmit();
      }, CENTRE, "edit:city");
      await says(tab, "corrected by you");

      await visit(tab, `${shop.origin}/`);
      await heroIs(tab, ownHero);
      await tab.waitFor(() => !window.vitrine.inSegment("winter-fans"));
      assert.equal(await tab.evaluate(async () => (await window.vitrine.visitor.profile()).traits.city.value), "Lyon");
      await tab.evaluate(() => window.vitrine.flush());
      const visitor = await tab.evaluate(() => window.vitrine.visitor.id());
      await until(async () => (await visitorRows(shop.server, visitor)).traits > 0, "the server to know the correction");

      await open(tab, shop, "fr/");
      await says(tab, "Les groupes que vous avez quittés");
      await tab.click(part("erase"));
      await tab.click(part("erase-yes"));
      await says(tab, "Tout ce qui vous concernait a été effacé");
      const rows = await visitorRows(shop.server, visitor);
      assert.deepEqual([rows.events, rows.traits, rows.orders], [0, 0, 0]);
      const { faults, violations } = await notes(tab);
      assert.deepEqual({ faults, violations }, { faults: [], violations: [] });
    },
  },
];
