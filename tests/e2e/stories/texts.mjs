// Facts inside texts: what is said follows the fact, is text whatever it holds, and is put back to the letter.

import assert from "node:assert/strict";

import { allow, reads, shopWith, write } from "../support/page.mjs";
import { notes } from "../support/person.mjs";

const EVIL = `<img src="/evil" onerror="window.evil = true">&`;
const actions = [
  { text: { at: "h2", to: `{{cart.items | "No"}} things for {{profile.first_name | "you"}}` } },
  { html: { at: "p", to: `<b>{{context.data.town | "here"}}</b>` } },
  { attribute: { at: "a", name: "title", to: `{{context.data.town | "here"}}` } },
];
const own = `<h2>own</h2><p>own</p><a href="/x">own</a>`;

/** What the slot says, and how many elements stand in its paragraph. */
const shown = tab => tab.evaluate(() => {
  const slot = document.querySelector("[data-vitrine-slot=basket]");
  const [title, place, link] = slot.children;
  return [title.textContent, place.textContent, place.querySelectorAll("*").length, link.title];
});

export default [
  {
    title: "facts inside texts follow the fact, are text whatever they hold, and go with the choice",
    browsers: ["chromium", "firefox", "webkit"],
    async run(t) {
      const shop = await shopWith(t, { slots: { basket: {} }, experiences: [{ id: "basket", slot: "basket", variants: [{ id: "v", actions }] }] });
      const path = write(shop, "texts.html", `<div data-vitrine-slot="basket">${own}</div>`);
      const tab = await (await t.browser()).newTab();
      await tab.goto(shop.origin + path);
      await allow(tab);
      await reads(tab, "h2", "0 things for you");
      assert.deepEqual(await shown(tab), ["0 things for you", "here", 1, "here"]);
      await tab.evaluate(async () => {
        await window.vitrine.identify("c-1001", { first_name: "Ada" });
        await window.vitrine.track("Product Added", { sku: "merino-scarf", price: 49, quantity: 1 });
      });
      await reads(tab, "h2", "1 things for you");
      await tab.evaluate(town => window.vitrine.context({ data: { town } }), EVIL);
      await reads(tab, "p", EVIL);
      assert.deepEqual(await shown(tab), ["1 things for you", EVIL, 1, EVIL]);
      // The next page: the record for its first paint held nothing of it.
      assert.doesNotMatch(await tab.evaluate(site => localStorage.getItem(`vt:${site}:p`) ?? "", shop.keys.site), /evil|things for/);
      await tab.goto(shop.origin + path);
      await reads(tab, "h2", "1 things for you");
      await tab.evaluate(() => window.vitrine.consent.withdraw());
      await reads(tab, "h2", "own");
      assert.equal(await tab.evaluate(() => document.querySelector("[data-vitrine-slot=basket]").innerHTML), own);
      assert.equal(await tab.evaluate(() => window.evil), undefined);
      assert.deepEqual((await notes(tab)).faults, []);
    },
  },
];
