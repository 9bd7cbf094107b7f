// Before a choice, and after a refusal, only the closed list of docs/consent.md happens.

import assert from "node:assert/strict";

import { callsOutside, requestsOutside } from "../support/closed.mjs";
import { accept, consent, hook, look, notes, ownHero, refuse, textOf, visit, winter } from "../support/person.mjs";
import { until } from "../support/until.mjs";

const paths = ["/", "/category/winter/", "/product/merino-scarf/", "/"];

async function wander(t, tab, shop, acts) {
  const seen = [];
  for (const path of paths) {
    await visit(tab, `${shop.origin}${path}`);
    if (path === "/" && acts && seen.length === 0) await acts(tab);
    if (path === "/") for (const sku of winter) await look(tab, sku);
    seen.push(await notes(tab));
  }
  return seen;
}

function judge(shop, seen, acts) {
  const site = shop.keys.site;
  seen.forEach(({ calls, faults, violations }, page) => {
    const first = page === 0 ? acts : 0;
    assert.deepEqual(callsOutside(calls, { site, origin: shop.origin, acts: first }), [], `page ${page}`);
    assert.deepEqual({ faults, violations }, { faults: [], violations: [] }, `page ${page}`);
  });
  assert.deepEqual(requestsOutside(shop.proxy.requests, { site, acts }), []);
}

export default [
  {
    title: "unknown: nothing but the closed list, whatever is clicked",
    browsers: ["chromium", "firefox"],
    async run(t) {
      const shop = await t.shop();
      const tab = await (await t.browser()).newTab();
      const seen = await wander(t, tab, shop);
      assert.match(await textOf(tab, "hero-title"), new RegExp(ownHero));
      judge(shop, seen, 0);
      assert.ok(seen.every(({ calls }) => calls.some(call => call.api === "storage.getItem")), "the choice was read, so the instruments saw the SDK");
    },
  },
  {
    title: "denied: the refusal is kept and told once, then nothing but the closed list",
    browsers: ["chromium", "firefox"],
    async run(t) {
      const shop = await t.shop();
      const tab = await (await t.browser()).newTab();
      const seen = await wander(t, tab, shop, refuse);
      assert.deepEqual(new Set(Object.values(await consent(tab))), new Set(["denied"]));
      assert.match(await textOf(tab, "hero-title"), new RegExp(ownHero));
      judge(shop, seen, 1);
    },
  },
  {
    title: "withdrawn: after the purge nothing but the closed list",
    async run(t) {
      const shop = await t.shop();
      const tab = await (await t.browser()).newTab();
      await visit(tab, `${shop.origin}/`);
      await accept(tab);
      await look(tab, winter[0]);
      await tab.click(hook("withdraw"));
      await tab.waitFor(async () => (await indexedDB.databases()).length === 0, [], { what: "the purge" });
      const told = ({ path, body, status }) => path === "/v1/visitor/consents" && status === 200 && body.includes("withdrawn");
      await until(() => shop.proxy.requests.some(told), "the withdrawal to be heard");
      shop.proxy.requests.length = 0;
      judge(shop, await wander(t, tab, shop), 0);
    },
  },
];
