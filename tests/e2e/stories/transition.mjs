// A swap that the page wants to be seen: a view transition where the browser has it and nobody asks for less motion.

import assert from "node:assert/strict";

import { allow, reads, says, shopWith, there, write } from "../support/page.mjs";
import { notes } from "../support/person.mjs";

/** Runs first in the page: counts what is begun; `held` keeps the callback back until `window.__go()`. */
const counted = held => `<script>window.__begun = 0;
const begin = Document.prototype.startViewTransition;
Document.prototype.startViewTransition = begin && function (update) {
  window.__begun++;
  return begin.call(this, ${held} ? () => new Promise(done => { window.__go = () => { update(); done(); }; }) : update);
};</script>`;

async function open(t, { held = false, mark = "data-vitrine-transition", still = false } = {}) {
  const shop = await shopWith(t, { slots: { promo: {} }, experiences: [says("promo", { live: true })] });
  const path = write(shop, "moving.html", `${counted(held)}<p ${mark} data-vitrine-slot="promo">own</p>`);
  const tab = await (await t.browser()).newTab();
  if (still) await tab.page.emulateMedia({ reducedMotion: "reduce" });
  await tab.goto(shop.origin + path);
  await there(tab);
  return tab;
}

const begun = tab => tab.evaluate(() => [window.__begun, "startViewTransition" in document ? 1 : 0]);

export default [
  {
    title: "transition: a swap is one where the page wants it, and own content comes back at once",
    // Without compositing, as here, any view transition ends WebKitGTK's process, ours or the page's own.
    browsers: ["chromium", "firefox"],
    async run(t) {
      const tab = await open(t);
      await allow(tab);
      await reads(tab, "p", "promo says");
      const [count, able] = await begun(tab);
      assert.equal(count, able);
      await tab.evaluate(() => window.vitrine.consent.withdraw());
      await reads(tab, "p", "own");
      assert.deepEqual([(await begun(tab))[0], (await notes(tab)).faults], [able, []]);
    },
  },
  ...[["where the page says nothing", { mark: "" }], ["where less motion is asked for", { still: true }]].map(([when, how]) => ({
    title: `transition: none ${when}`,
    browsers: how.still ? ["chromium"] : ["chromium", "firefox", "webkit"],
    async run(t) {
      const tab = await open(t, how);
      await allow(tab);
      await reads(tab, "p", "promo says");
      assert.equal((await begun(tab))[0], 0);
    },
  })),
  {
    title: "transition: what was taken back before it began is not shown",
    browsers: ["chromium"],
    async run(t) {
      const tab = await open(t, { held: true });
      await allow(tab);
      await tab.waitFor(() => typeof window.__go === "function", [], { what: "the transition" });
      await tab.evaluate(() => window.vitrine.consent.withdraw());
      await tab.evaluate(() => window.__go());
      assert.equal(await tab.evaluate(() => document.querySelector("p").textContent), "own");
      assert.deepEqual((await notes(tab)).faults, []);
    },
  },
];
