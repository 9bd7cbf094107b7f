// Many tabs of one site: one shared log, one sender, one choice, whatever is reloaded, crashes or is put away.

import assert from "node:assert/strict";

import { ledger } from "../support/ledger.mjs";
import { accept, consent, heroIs, look, ownHero, ready, visit, winter, winterHero } from "../support/person.mjs";
import { events } from "../support/rows.mjs";
import { until } from "../support/until.mjs";

const TABS = 8;
/** Of each tab; `VITRINE_SCALE=5` makes it two hundred. */
const EVENTS = 40;
/** Events that are awaited together. */
const ROUND = 20;

async function granted(tab, shop) {
  await visit(tab, `${shop.origin}/`);
  await accept(tab);
  await tab.waitFor(() => window.vitrine.visitor.id());
}

/** The same numbers in every run: linear congruence. */
function dice(seed) {
  let state = seed;
  return sides => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) % sides;
}

/** The tab's process dies; another tab takes its place. */
async function crash(browser, tab, shop) {
  await tab.page.context().newCDPSession(tab.page).then(session => Promise.race([session.send("Page.crash"), tab.page.waitForEvent("crash")])).catch(() => {});
  await tab.page.close();
  const next = await browser.newTab();
  await visit(next, `${shop.origin}/`);
  return next;
}

/** Runs first in a page: the device's store cannot be opened. */
const storeless = `<script>IDBFactory.prototype.open = () => { throw new DOMException("no", "InvalidStateError"); };</script>`;

/**
 * `by` takes everything back, and all of `tabs` know within a second: by their own clocks, since a busy machine asks them one
 * after the other.
 */
async function withdrawalReaches(tabs, by) {
  await Promise.all(tabs.map(tab => tab.evaluate(() => { window.vitrine.on("consent", ({ state }) => state === "withdrawn" && (window.__told ??= Date.now())); })));
  const begun = await by.evaluate(() => {
    const now = Date.now();
    window.vitrine.consent.withdraw();
    return now;
  });
  const told = await Promise.all(tabs.map(tab => tab.waitFor(() => window.__told, [], { what: "the withdrawal" })));
  assert.ok(Math.max(...told) - begun < 1_000, `the tabs knew after ${told.map(at => at - begun)} ms`);
}

/** A tab with the device's store and one from memory, both of somebody who likes winter. */
async function apart(t) {
  const shop = await t.shop();
  const browser = await t.browser();
  const [kept, memory] = [await browser.newTab(), await browser.newTab()];
  await granted(kept, shop);
  shop.proxy.extra = storeless;
  await visit(memory, `${shop.origin}/?memory`);
  await memory.waitFor(() => window.vitrine.visitor.id(), [], { what: "an identity" });
  // Whoever loads a page from here on has a store.
  shop.proxy.extra = "";
  for (const tab of [kept, memory]) {
    // Not by clicks: a tab that stands behind another one may not be drawn.
    await tab.evaluate(skus => { for (const sku of skus) void window.vitrine.track("Product Viewed", { sku, category: "winter", price: 40 }); }, winter);
    await heroIs(tab, winterHero);
  }
  const [stored, held] = await Promise.all([kept, memory].map(tab => tab.evaluate(async () => (await window.vitrine.track("Product Viewed", { sku: "seed-tray" })).status)));
  assert.deepEqual([stored, held], ["stored", "held"]);
  return { kept, memory };
}

export default [
  {
    title: "tabs: eight at once, reloaded and killed at random: nothing lost, nothing doubled",
    browsers: ["chromium"],
    timeout: 600_000,
    async run(t) {
      const shop = await t.shop();
      const book = ledger();
      const browser = await t.browser();
      const tabs = [await browser.newTab()];
      await granted(tabs[0], shop);
      while (tabs.length < TABS) tabs.push(await browser.newTab());
      await Promise.all(tabs.slice(1).map(tab => visit(tab, `${shop.origin}/category/winter/`)));
      await Promise.all(tabs.map(async (_, place) => {
        const roll = dice(place + 1);
        for (let done = 0; done < t.times(EVENTS); done += ROUND) {
          await book.book(tabs[place], ROUND);
          const act = roll(6);
          // What nobody waits for may be lost with its tab, and must not be doubled either.
          if (act < 3) await tabs[place].evaluate(() => { for (let n = 0; n < 5; n++) void window.vitrine.track("Product Clicked", { sku: `n-${n}` }); });
          if (act < 2) await tabs[place].reload();
          if (act === 2) tabs[place] = await crash(browser, tabs[place], shop);
          await ready(tabs[place]);
        }
      }));
      await book.equals(shop.server, tabs[0], { timeout: 60_000 });
      const ids = (await events(shop.server)).map(event => event.messageId);
      assert.equal(new Set(ids).size, ids.length, "an event is there twice");
    },
  },
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
      await withdrawalReaches([...tabs, ninth], tabs[3]);
      for (const tab of tabs) await heroIs(tab, ownHero, { timeout: 1_000 });
    },
  },
  ...["kept", "memory"].map(one => ({
    title: `tabs: one without a store and one with it, ${one === "memory" ? "the former" : "the latter"} withdraws: the other knows within a second`,
    async run(t) {
      const both = await apart(t);
      const other = both[one === "memory" ? "kept" : "memory"];
      await withdrawalReaches([other], both[one]);
      await heroIs(other, ownHero, { timeout: 1_000 });
      assert.equal((await consent(other)).personalization, "withdrawn");
    },
  })),
  ...["kept", "memory"].map(one => ({
    title: `tabs: one without a store and one with it, ${one === "memory" ? "the former" : "the latter"} logs out: the other forgets who it was`,
    async run(t) {
      const { kept, memory } = await apart(t);
      const tabs = one === "memory" ? [memory, kept] : [kept, memory];
      const known = await Promise.all(tabs.map(tab => tab.evaluate(() => window.vitrine.visitor.id())));
      // What the next person does at once is theirs to keep.
      await tabs[0].evaluate(() => { void window.vitrine.reset(); return window.vitrine.track("Product Viewed", { sku: "next" }); });
      for (const [place, tab] of tabs.entries()) {
        await heroIs(tab, ownHero, { timeout: 1_000 });
        await tab.waitFor(known => window.vitrine.visitor.id() !== known, [known[place]], { what: "somebody new" });
      }
      const views = await tabs[0].evaluate(async () => (await window.vitrine.visitor.profile()).counters["Product Viewed"].count);
      assert.equal(views, 1);
      if (one === "memory") return;
      await kept.reload();
      await ready(kept);
      await kept.waitFor(async () => (await window.vitrine.visitor.profile())?.counters["Product Viewed"]?.count === 1, [], { what: "the next person's view" });
    },
  })),
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
      // A write that has begun keeps a page out of the cache: right after the lead was renewed there are two seconds without any.
      await first.evaluate(() => window.vitrine.flush());
      await first.evaluate(renewal);
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
  {
    title: "tabs: a log-out on a page that leaves in the same moment is heard by the others",
    browsers: ["chromium", "firefox"],
    async run(t) {
      const shop = await t.shop();
      const browser = await t.browser();
      const [leaving, staying] = [await browser.newTab(), await browser.newTab()];
      await granted(leaving, shop);
      await visit(staying, `${shop.origin}/`);
      const id = tab => tab.waitFor(() => window.vitrine.visitor.id(), [], { what: "an identity" });
      const former = await id(leaving);
      assert.equal(await id(staying), former);
      await leaving.evaluate(to => { window.vitrine.reset(); location.href = to; }, `${shop.origin}/category/winter/`).catch(() => {});
      await staying.waitFor(former => window.vitrine.visitor.id() !== former, [former], { what: "somebody else" });
      await ready(leaving);
      assert.equal(await id(leaving), await id(staying));
    },
  },
];

// Runs in the page that leads: until its lead is renewed.
async function renewal() {
  const asked = indexedDB.open((await indexedDB.databases()).find(({ name }) => name.startsWith("vt:")).name);
  await new Promise((done, fail) => Object.assign(asked, { onsuccess: done, onerror: fail }));
  const lead = () => new Promise((done, fail) => {
    const transaction = asked.result.transaction("meta");
    const read = transaction.objectStore("meta").get("lead");
    Object.assign(transaction, { oncomplete: () => done(JSON.stringify(read.result)), onabort: fail });
  });
  const before = await lead();
  while (before === await lead()) await new Promise(again => setTimeout(again, 20));
  asked.result.close();
}
