// A slot of the page asks for the choice: once a visit, put off by a button, and not within six months of a refusal.

import assert from "node:assert/strict";

import { callsOutside } from "../support/closed.mjs";
import { consent, hook, notes, ready, refuse, visit } from "../support/person.mjs";

const DAY = 86_400_000;
const own = "Tea is served from nine.";
const ask = "May this shop remember what you like?";

/** The shop with a slot that asks, on every page. */
const site = file => ({
  ...file,
  consent: { ...file.consent, contextual: true },
  slots: { ...file.slots, asking: {} },
  experiences: [...file.experiences, {
    id: "ask-first", slot: "asking", contextual: true, when: { "context.consent.unasked": true },
    variants: [{ id: "a", actions: [
      { text: { at: "p", to: ask } },
      { attribute: { at: "button", name: "hidden", to: null } },
    ] }],
  }],
});
const slot = `<section data-vitrine-slot="asking"><p>${own}</p><button type="button" data-vitrine-consent="later" hidden>Not now</button></section>`;

const words = tab => tab.evaluate(() => document.querySelector("[data-vitrine-slot=asking] p").textContent);
/** What the slot says once it is decided. */
async function says(tab, text) {
  await ready(tab);
  await tab.waitFor(() => window.vitrine.decide("asking").reason !== "not_ready", [], { what: "the slot to be decided" });
  assert.equal(await words(tab), text);
}
const asks = tab => tab.waitFor(text => document.querySelector("[data-vitrine-slot=asking] p")?.textContent === text, [ask], { what: "the slot to ask" });
/** The page's own words are back, and the button is gone. */
const back = tab => tab.waitFor(text => {
  const [p, button] = document.querySelectorAll("[data-vitrine-slot=asking] > *");
  return p.textContent === text && button.hidden;
}, [own], { what: "the page's own words" });

async function open(t) {
  const shop = await t.shop({ site });
  shop.proxy.extra = at(0);
  shop.proxy.rewrite = text => text.replace(/<main[^>]*>/, main => main + slot);
  const tab = await (await t.browser()).newTab();
  await visit(tab, `${shop.origin}/`);
  return { shop, tab, home: `${shop.origin}/` };
}

/** Follows a link of the page. */
async function walk(tab, path) {
  await Promise.all([tab.page.waitForURL(`**${path}`, { waitUntil: "domcontentloaded" }), tab.click(`a[href="${path}"]`)]);
  await ready(tab);
}

/** Pages that live that much later than the first: half a year before now, since rules are not signed for as long ahead. */
const at = ms => `<script>{ const now = Date.now; Date.now = () => now() + ${ms - 183 * DAY}; }</script>`;
/** A visit that much later. */
async function later(shop, tab, ms) {
  shop.proxy.extra = at(ms);
  // An address of its own: the page is not taken from the browser's cache.
  await visit(tab, `${shop.origin}/?${ms}`);
}

export default [
  {
    title: "asked where the visit begins, and not again; put off; refused, and asked again after six months",
    async run(t) {
      const { shop, tab, home } = await open(t);
      const calm = async acts => {
        const { calls, faults, violations } = await notes(tab);
        assert.deepEqual({ faults, violations }, { faults: [], violations: [] });
        assert.deepEqual(callsOutside(calls, { site: shop.keys.site, origin: shop.origin, acts, asks: true }), []);
      };
      await asks(tab);
      await calm(0);
      await walk(tab, "/category/winter/");
      await says(tab, own);
      await tab.reload();
      await says(tab, own);
      await tab.evaluate(() => history.back());
      await tab.waitFor(() => location.pathname === "/" && document.readyState === "complete", [], { what: "the page before" });
      await says(tab, own);
      await calm(0);

      await visit(tab, home);
      await asks(tab);
      await tab.page.focus("[data-vitrine-consent=later]");
      await tab.page.keyboard.press("Enter");
      await back(tab);
      assert.deepEqual(new Set(Object.values(await consent(tab))), new Set(["unknown"]), "later is no choice");
      await calm(0);
      await walk(tab, "/category/winter/");
      await says(tab, own);

      await visit(tab, home);
      await asks(tab);
      await refuse(tab);
      await back(tab);
      await calm(1);
      await visit(tab, home);
      await says(tab, own);
      await later(shop, tab, 181 * DAY);
      await says(tab, own);
      await later(shop, tab, 183 * DAY);
      await asks(tab);
    },
  },
  {
    title: "with measurement granted a visit is known wherever it goes on",
    async run(t) {
      const { shop, tab } = await open(t);
      await asks(tab);
      await tab.evaluate(() => window.vitrine.consent.set({ measurement: "granted" }));
      await asks(tab);
      // Chromium gives up what a page that leaves has begun to write.
      await tab.waitFor(kept, ["asked"], { what: "the store to know that they were asked" });
      await visit(tab, `${shop.origin}/category/winter/`);
      await says(tab, own);
      await later(shop, tab, 31 * 60_000);
      await asks(tab);
      const { faults, violations } = await notes(tab);
      assert.deepEqual({ faults, violations }, { faults: [], violations: [] });
    },
  },
];

// Runs in the page: whether its store keeps something under this name.
async function kept(name) {
  const found = (await indexedDB.databases()).find(({ name }) => name.startsWith("vt:"));
  if (!found) return false;
  const open = indexedDB.open(found.name);
  await new Promise((done, fail) => Object.assign(open, { onsuccess: done, onerror: fail }));
  const asked = open.result.transaction("meta").objectStore("meta").count(name);
  await new Promise((done, fail) => Object.assign(asked, { onsuccess: done, onerror: fail }));
  open.result.close();
  return asked.result === 1;
}
