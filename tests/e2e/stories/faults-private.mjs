// Where nothing is kept at all: a sandboxed frame, which has no storage, and a private window, which forgets.

import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { accept, consent, heroIs, hook, look, notes, ownHero, ready, visit, winter, winterHero } from "../support/person.mjs";

const everywhere = ["chromium", "firefox", "webkit"];

/** Runs in the shop's page inside the frame: a visit, and what came of it, said to the page around it again and again. */
const inside = `<script>addEventListener("DOMContentLoaded", async () => {
  const { vitrine } = window;
  const all = { personalization: "granted", measurement: "granted", experiments: "granted" };
  const receipts = [];
  const tell = () => vitrine.segments && parent.postMessage({ receipts, hero: document.querySelector("[data-test=hero-title]").textContent, faults: __faults,
    violations: __violations, codes: __diagnostics.map(({ code }) => code), consent: vitrine.consent.get().personalization?.state,
    origin: self.origin, segments: [...vitrine.segments()] }, "*");
  setInterval(tell, 50);
  await vitrine.ready;
  await vitrine.consent.set(all);
  for (const sku of ${JSON.stringify(winter)}) void vitrine.track("Product Viewed", { sku, category: "winter", price: 40 }).then(({ status }) => receipts.push(status));
})</script>`;

/** Files of a profile that know the site: by their names, or by the store's name in them. */
function traces(profile, { origin, keys }) {
  const { port } = new URL(origin);
  const name = `vt:${keys.site}`;
  const marks = [Buffer.from(name), Buffer.from(name, "utf16le"), Buffer.from(name, "utf16le").swap16()];
  return readdirSync(profile, { recursive: true }).filter(path => {
    try {
      if (new RegExp(`127\\.0\\.0\\.1\\D${port}`).test(path)) return true;
      const file = join(profile, path);
      return statSync(file).isFile() && marks.some(mark => readFileSync(file).includes(mark));
    } catch {
      return false; // gone in between
    }
  });
}

export default [
  ...[
    // The backend answers no opaque origin. What waits for the rules waits: nothing is said to be stored.
    { title: "its own content", hero: ownHero, codes: ["VT-BUNDLE-UNAVAILABLE", "VT-STORE-DENIED"], receipts: [] },
    { title: "personalised from memory where the rules may be read", hero: winterHero, codes: ["VT-STORE-DENIED"], receipts: ["held", "held", "held"], open: true },
  ].map(({ title, hero, codes, receipts, open }) => ({
    title: `a sandboxed frame has no storage: ${title}, one diagnostic each`,
    // WebKitGTK loads nothing for a page of an opaque origin whose policy says `'self'`: there is no SDK to look at.
    browsers: ["chromium", "firefox"],
    async run(t) {
      const shop = await t.shop();
      const rules = Buffer.from(await (await fetch(`${shop.server.origin}/v1/sites/${shop.keys.site}/bundle/2`)).arrayBuffer());
      shop.proxy.extra = inside;
      shop.proxy.fault = ({ path }) => path === "/around" ? { status: 200, headers: { "content-type": "text/html" }, body: "<!doctype html><title>around</title>" }
        : open && path.includes("/bundle/") ? { status: 200, headers: { "access-control-allow-origin": "*" }, body: rules } : undefined;
      const tab = await (await t.browser()).newTab();
      await tab.goto(`${shop.origin}/around`);
      await tab.evaluate(() => {
        addEventListener("message", ({ data }) => { window.__inside = data; });
        const frame = document.createElement("iframe");
        frame.setAttribute("sandbox", "allow-scripts");
        frame.src = "/";
        document.body.append(frame);
      });
      const seen = await tab.waitFor((hero, expected, count) => {
        const { hero: shown, codes, receipts, consent } = window.__inside ?? {};
        return shown?.includes(hero) && expected.every(code => codes.includes(code)) && receipts.length === count && consent === "granted" && window.__inside;
      }, [hero, codes, receipts.length], { what: "the visit in the frame", timeout: 30_000 });
      assert.equal(seen.origin, "null");
      assert.deepEqual([seen.faults, seen.violations, seen.codes.filter(code => code !== "VT-DEADLINE").sort(), seen.receipts], [[], [], codes, receipts]);
    },
  })),
  {
    title: "a private window: everything works, and nothing is left",
    browsers: everywhere,
    timeout: 180_000,
    async run(t) {
      const shop = await t.shop();
      // A usual window first: what is looked for can be found. WebKitGTK's sessions under its driver are private ones.
      for (const hidden of t.browserName === "webkit" ? [true] : [false, true]) {
        const profile = t.folder("window");
        const browser = await t.browser({ profile, hidden });
        const tab = await browser.newTab();
        await visit(tab, `${shop.origin}/`);
        // Firefox's private windows send GPC, which refuses for whoever is not asked: then the visitor asks to choose.
        if ((await consent(tab)).personalization === "denied") await tab.click(hook("choices"));
        await accept(tab);
        for (const sku of winter) await look(tab, sku);
        await heroIs(tab, winterHero);
        assert.equal((await tab.evaluate(() => window.vitrine.track("Product Viewed", { sku: "seed-tray" }))).status, "stored");
        await tab.reload();
        await ready(tab);
        await heroIs(tab, winterHero);
        const { faults, violations, diagnostics } = await notes(tab);
        assert.deepEqual([faults, violations, diagnostics.filter(({ code }) => code !== "VT-DEADLINE")], [[], [], []]);
        const open = t.browserName === "chromium" ? traces(profile, shop) : [];
        await browser.close();
        const left = [...open, ...traces(profile, shop)];
        if (hidden) assert.deepEqual(left, [], "left by a private window");
        else assert.ok(left.length > 0, "a usual window leaves what is looked for");
      }
      const tab = await (await t.browser({ hidden: true })).newTab();
      await visit(tab, `${shop.origin}/`);
      assert.match((await consent(tab)).personalization, /unknown|denied/);
      assert.ok(!await tab.evaluate(() => window.vitrine.visitor.id()), "nobody is known");
      await heroIs(tab, ownHero);
    },
  },
];
