// The SDK in each browser: the inline boot, the script tag and the npm entry do the same.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { accept, heroIs, hook, likeWinter, notes, ownHero, ready, winter, winterHero } from "../support/person.mjs";
import { dist } from "../support/server.mjs";

const everywhere = ["chromium", "firefox", "webkit"];

const calm = async tab => {
  const { faults, violations } = await notes(tab);
  assert.deepEqual({ faults, violations }, { faults: [], violations: [] });
};

const page = script => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Smoke</title>
<meta http-equiv="content-security-policy" content="script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; require-trusted-types-for 'script'; trusted-types vitrine">
${script}</head><body>
<section class="hero" data-vitrine-slot="hero"><h1 data-test="hero-title">${ownHero}</h1><p class="hero__text">own</p><a class="hero__cta" href="/">own</a></section>
<button data-vitrine-consent="withdraw">Withdraw</button></body></html>`;

const entries = {
  "the script tag": ({ version, keys }) => `<script async referrerpolicy="no-referrer" src="/sdk/${version}/vitrine.js" data-site="${keys.site}" data-key="${keys.public}" data-verify="${keys.verify}"></script>`,
  "the npm entry": ({ version, keys }) => `<script type="module">import { createVitrine } from "/sdk/${version}/index.js";
    window.vitrine = createVitrine({ site: ${JSON.stringify(keys.site)}, key: ${JSON.stringify(keys.public)}, verify: ${JSON.stringify(keys.verify)}, endpoint: "" });
    window.vitrine.start();</script>`,
};

export default [
  {
    title: "the shop: accept, three looks, winter; reload, still winter; withdraw, back",
    browsers: everywhere,
    async run(t) {
      const shop = await t.shop();
      const tab = await (await t.browser()).newTab();
      await likeWinter(tab, shop);
      await tab.reload();
      await ready(tab);
      await heroIs(tab, winterHero);
      await tab.click(hook("withdraw"));
      await heroIs(tab, ownHero);
      await calm(tab);
    },
  },
  ...Object.entries(entries).map(([name, script]) => ({
    title: `${name}: starts, tracks, swaps, withdraws`,
    browsers: everywhere,
    async run(t) {
      const shop = await t.shop();
      const { version } = JSON.parse(readFileSync(join(dist, "manifest.json"), "utf8"));
      mkdirSync(join(shop.server.www, "smoke"), { recursive: true });
      writeFileSync(join(shop.server.www, "smoke/index.html"), page(script({ version, keys: shop.keys })));
      const tab = await (await t.browser()).newTab();
      await tab.goto(`${shop.origin}/smoke/`);
      const { mode } = await tab.waitFor(() => window.vitrine?.ready, [], { what: "the SDK to be ready" });
      assert.notEqual(mode, "off");
      assert.equal((await tab.evaluate(() => window.vitrine.track("Product Viewed", { sku: "early" }))).status, "dropped", "before a choice");
      await tab.evaluate(() => window.vitrine.consent.set({ personalization: "granted", measurement: "granted", experiments: "denied" }));
      for (const sku of winter) {
        const { status } = await tab.evaluate(sku => window.vitrine.track("Product Viewed", { sku, category: "winter" }), sku);
        assert.equal(status, "stored");
      }
      await heroIs(tab, winterHero);
      await tab.click("[data-vitrine-consent=withdraw]");
      await heroIs(tab, ownHero);
      await calm(tab);
    },
  })),
];
