// Many tabs of one site: one shared log, one sender, one choice, whatever is reloaded, crashes or is put away.

import assert from "node:assert/strict";

import { accept, consent, heroIs, look, ownHero, visit, winter, winterHero } from "../support/person.mjs";
import { events } from "../support/rows.mjs";
import { until } from "../support/until.mjs";

const TABS = 8;

async function granted(tab, shop) {
  await visit(tab, `${shop.origin}/`);
  await accept(tab);
  await tab.waitFor(() => window.vitrine.visitor.id());
}

export default [
  {
    title: "tabs: a withdrawal reaches all within a second; a ninth tab loads over HTTP/1.1",
    async run(t) {
      const shop = await t.shop();
      const browser = await t.browser();
      const tabs = [await browser.newTab()];
      await granted(tabs[0], shop);
      for (const sku of winter) await look(tabs[0], sku);
      await heroIs(tabs[0], winterHero);
      while (tabs.length < TABS) {
        const tab = await browser.newTab();
        await visit(tab, `${shop.origin}/`);
        await heroIs(tab, winterHero);
        tabs.push(tab);
      }
      const ninth = await browser.newTab();
      await visit(ninth, `${shop.origin}/category/winter/`);
      assert.equal((await consent(ninth)).personalization, "granted");
      // By the tabs' own clocks: a busy machine asks nine tabs one after the other.
      const all = [...tabs, ninth];
      await Promise.all(all.map(tab => tab.evaluate(() => { window.vitrine.on("consent", ({ state }) => state === "withdrawn" && (window.__told ??= Date.now())); })));
      const begun = await tabs[3].evaluate(() => {
        const now = Date.now();
        window.vitrine.consent.withdraw();
        return now;
      });
      const told = await Promise.all(all.map(tab => tab.waitFor(() => window.__told, [], { what: "the withdrawal" })));
      assert.ok(Math.max(...told) - begun < 1_000, `the tabs knew after ${told.map(at => at - begun)} ms`);
      for (const tab of tabs) await heroIs(tab, ownHero, { timeout: 1_000 });
    },
  },
  {
    title: "tabs: a page that leads goes into the back-forward cache and comes back; another leads meanwhile",
    browsers: ["chromium"],
    async run(t) {
      const shop = await t.shop();
      const browser = await t.browser();
      const first = await browser.newTab();
      await granted(first, shop);
      const second = await browser.newTab();
      await visit(second, `${shop.origin}/category/winter/`);
      await first.evaluate(() => { window.__here = true; });
      await first.goto(`${shop.origin}/product/merino-scarf/`);
      await second.evaluate(() => window.vitrine.track("Product Viewed", { sku: "while-away" }, { messageId: "while-away" }));
      await until(async () => (await events(shop.server)).some(event => event.messageId === "while-away"), "the second tab to lead", 2_000);
      // Not by Playwright, which waits for a load that a page that was kept never makes.
      await first.evaluate(() => { history.back(); });
      await first.waitFor(() => location.pathname === "/");
      const { here, reasons } = await first.evaluate(() => ({ here: window.__here === true,
        reasons: performance.getEntriesByType("navigation")[0].notRestoredReasons?.reasons?.map(({ reason }) => reason) }));
      assert.ok(here, `the page was loaded anew: ${JSON.stringify(reasons)}`);
      const { status } = await first.evaluate(() => window.vitrine.track("Product Viewed", { sku: "back" }, { messageId: "back" }));
      assert.equal(status, "stored");
      await until(async () => (await events(shop.server)).some(event => event.messageId === "back"), "the event after the return");
    },
  },
];
