// The SDK runs and something goes wrong under it.

import assert from "node:assert/strict";

import { trapping, withoutIntegrity } from "../support/break.mjs";
import { ledger } from "../support/ledger.mjs";
import { accept, heroIs, likeWinter, look, notes, ownHero, ready, textOf, visit, winter, winterHero } from "../support/person.mjs";

const calm = async tab => {
  const { faults, violations } = await notes(tab);
  assert.deepEqual({ faults, violations }, { faults: [], violations: [] });
};

const codes = async tab => (await notes(tab)).diagnostics.map(({ code, message, help }) => {
  assert.ok(message && help, code);
  return code;
});

export default [
  {
    title: "a trap in the middle of a visit: own content, one diagnostic, later calls answer",
    async run(t) {
      const shop = await t.shop();
      shop.proxy.rewrite = withoutIntegrity;
      const broken = trapping(/^core_event$/);
      shop.proxy.fault = ({ path }) => /core-[\w-]+\.wasm$/.test(path) ? { replace: broken } : undefined;
      const tab = await (await t.browser()).newTab();
      await visit(tab, `${shop.origin}/`);
      await accept(tab);
      const first = await tab.evaluate(() => window.vitrine.track("Product Viewed", { sku: "a", category: "winter" }));
      const second = await tab.evaluate(() => window.vitrine.track("Product Viewed", { sku: "b", category: "winter" }));
      assert.deepEqual([first.status, second.status], ["dropped", "dropped"]);
      assert.match(await textOf(tab, "hero-title"), new RegExp(ownHero));
      assert.deepEqual(await codes(tab), ["VT-TRAP"]);
      await calm(tab);
    },
  },
  {
    title: "the server is down at start: own content, events are kept and sent when it is back",
    async run(t) {
      const shop = await t.shop();
      const tab = await (await t.browser()).newTab();
      await visit(tab, `${shop.origin}/`);
      await accept(tab);
      shop.proxy.fault = ({ path }) => path.startsWith("/v1/") ? { cut: true } : undefined;
      await tab.reload();
      await ready(tab);
      const book = ledger();
      await book.book(tab, 20);
      assert.match(await textOf(tab, "hero-title"), new RegExp(ownHero));
      await calm(tab);
      shop.proxy.fault = undefined;
      await tab.evaluate(() => window.vitrine.flush());
      await book.equals(shop.server, tab);
    },
  },
  {
    title: "the server is down when a first visitor comes: own content, one diagnostic",
    async run(t) {
      const shop = await t.shop();
      shop.proxy.fault = ({ path }) => path.startsWith("/v1/") ? { cut: true } : undefined;
      const tab = await (await t.browser()).newTab();
      await visit(tab, `${shop.origin}/`);
      assert.match(await textOf(tab, "hero-title"), new RegExp(ownHero));
      await tab.waitFor(() => window.__diagnostics.length > 0, [], { what: "a diagnostic" });
      assert.deepEqual(await codes(tab), ["VT-BUNDLE-UNAVAILABLE"]);
      await calm(tab);
    },
  },
  ...[
    ["another site's bundle", "VT-BUNDLE-SITE", async t => (await otherSite(t))],
    ["a bundle with one bit changed", "VT-BUNDLE-SIGNATURE", async (t, shop) => flipped(await bundle(shop.server.origin, shop.keys.site))],
    ["a bundle of a key that the page does not know", "VT-BUNDLE-KEY", async (t, shop) => otherKey(await bundle(shop.server.origin, shop.keys.site))],
    ["a bundle cut short", "VT-BUNDLE-MALFORMED", async (t, shop) => (await bundle(shop.server.origin, shop.keys.site)).subarray(0, 100)],
    ["something that is no bundle", "VT-BUNDLE-MALFORMED", async () => Buffer.from("<!doctype html><p>not found")],
  ].map(([title, code, make]) => ({
    title: `${title}: own content, one diagnostic`,
    async run(t) {
      const shop = await t.shop();
      const body = await make(t, shop);
      shop.proxy.fault = ({ path }) => path.includes("/bundle/") ? { replace: body } : undefined;
      const tab = await (await t.browser()).newTab();
      await visit(tab, `${shop.origin}/`);
      await tab.waitFor(() => window.__diagnostics.length > 0, [], { what: "a diagnostic" });
      assert.deepEqual(await codes(tab), [code]);
      assert.match(await textOf(tab, "hero-title"), new RegExp(ownHero));
      await calm(tab);
    },
  })),
  {
    title: "storage is denied: the page is personalised from memory",
    async run(t) {
      const shop = await t.shop();
      shop.proxy.extra = `<script>for (const name of ["localStorage", "sessionStorage", "indexedDB"]) Object.defineProperty(window, name,
        { configurable: true, get() { throw new DOMException("denied", "SecurityError"); } });</script>`;
      const tab = await (await t.browser()).newTab();
      await likeWinter(tab, shop);
      assert.deepEqual(await codes(tab), ["VT-STORE-DENIED"]);
      await calm(tab);
    },
  },
  {
    title: "the clock is set back a day in the middle of a visit and before the next",
    async run(t) {
      const shop = await t.shop();
      shop.proxy.extra = `<script>{ const real = Date.now; window.__shift = 0; Date.now = () => real.call(Date) + window.__shift; }</script>`;
      const tab = await (await t.browser()).newTab();
      await visit(tab, `${shop.origin}/`);
      await accept(tab);
      for (const sku of winter.slice(0, 2)) await look(tab, sku);
      await tab.evaluate(() => { window.__shift = -86_400_000; });
      await look(tab, winter[2]);
      await heroIs(tab, winterHero);
      shop.proxy.extra = shop.proxy.extra.replace("__shift = 0", "__shift = -86_400_000");
      await tab.reload();
      await ready(tab);
      await heroIs(tab, winterHero);
      const receipt = await tab.evaluate(() => window.vitrine.track("Product Viewed", { sku: "late", category: "garden" }));
      assert.equal(receipt.status, "stored");
      await calm(tab);
    },
  },
];

async function bundle(origin, site) {
  const answer = await fetch(`${origin}/v1/sites/${site}/bundle/2`);
  assert.equal(answer.status, 200);
  return Buffer.from(await answer.arrayBuffer());
}

/** A bundle of another site, signed with the same keys. */
async function otherSite(t) {
  const other = await t.shop({ site: file => ({ ...file, site: "elsewhere" }) });
  return bundle(other.server.origin, "elsewhere");
}

/** The key's number stands after `VTRN` and the format. */
function otherKey(bytes) {
  const changed = Buffer.from(bytes);
  changed[5] ^= 1;
  return changed;
}

function flipped(bytes) {
  const changed = Buffer.from(bytes);
  changed[60] ^= 1;
  return changed;
}
