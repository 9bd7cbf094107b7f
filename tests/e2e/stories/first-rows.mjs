// What everybody sees before a choice is on the page before the wasm is: signed with the bundle, held to the same promises.

import assert from "node:assert/strict";

import { withoutIntegrity } from "../support/break.mjs";
import { callsOutside } from "../support/closed.mjs";
import { consent, heroIs, notes, ownHero } from "../support/person.mjs";

const everywhere = ["chromium", "firefox", "webkit"];
const TITLE = "For everybody";

/** The shop, whose hero is another one for everybody who has chosen nothing yet. */
const welcoming = when => file => ({
  ...file,
  consent: { ...file.consent, contextual: true },
  experiences: [{ id: "welcome", slot: "hero", contextual: true, priority: 99, when, variants: [{ id: "a", actions: [{ text: { at: "h1", to: TITLE } }] }] },
    ...file.experiences],
});

const open = async (t, when = { "context.page.path": "/" }) => {
  const shop = await t.shop({ site: welcoming(when) });
  return { shop, tab: await (await t.browser()).newTab() };
};
/** The wasm comes so late that the rows had all the time they need. */
const late = ms => ({ path }) => path.endsWith(".wasm") ? { delay: ms } : undefined;
const unharmed = async tab => {
  const { faults, violations } = await notes(tab);
  assert.deepEqual({ faults, violations }, { faults: [], violations: [] });
};

/** The bundle, under a signature that is another one by a bit. */
async function forged({ server, keys }) {
  const bytes = Buffer.from(await (await fetch(`${server.origin}/v1/sites/${keys.site}/bundle/2`)).arrayBuffer());
  assert.ok(bytes.includes(TITLE), "the rows are in it");
  bytes[bytes.length - 1] ^= 1;
  return bytes;
}

/** Once the wasm has had its say: not one frame of before showed what is for everybody. */
async function neverEarly(tab) {
  await tab.evaluate(() => window.vitrine.ready);
  const [came, frames] = await tab.waitFor(() => {
    const wasm = performance.getEntriesByType("resource").find(({ name }) => name.endsWith(".wasm"));
    return wasm?.responseEnd && [wasm.responseEnd, window.__frames.filter(({ slot }) => slot === "hero")];
  }, [], { what: "the wasm" });
  assert.ok(came > 1_000, "the rows had their time");
  const early = frames.filter(({ at }) => at < came);
  assert.ok(early.some(({ text }) => text.includes(ownHero)), "the frames are noted");
  assert.deepEqual(early.filter(({ text }) => text.includes(TITLE)), []);
}

// What keeps the page's own content there.
const rows = [
  { title: "another path than the rule's", path: "/?" , when: { "context.page.path": "/elsewhere/" } },
  { title: "a fact that only the engine knows", path: "/", when: { "context.query.utm_source": "mail" } },
  // Kept on a page without the SDK, whose files would then come from the browser's cache.
  { title: "a refusal of before", path: "/", before: async (shop, tab) => {
    await tab.goto(`${shop.origin}/assets/shop.css`);
    await tab.evaluate(site => {
      const today = Math.floor(Date.now() / 86_400_000);
      localStorage.setItem(`vt:${site}:c`, JSON.stringify({ v: 1, p: { personalization: ["denied", "preference", today, today + 180] }, notice: "tilleul-1" }));
    }, shop.keys.site);
  } },
  { title: "?vitrine=off", path: "/?vitrine=off" },
  { title: "a bundle that was tampered with", path: "/", fault: async shop => {
    const body = await forged(shop);
    return ({ path }) => path.endsWith("/bundle/2") ? { status: 200, headers: { "content-type": "application/octet-stream" }, body } : undefined;
  } },
  { title: "a preview link", path: "/?vitrine-preview=x" },
];

export default [
  {
    title: "first rows: a new visitor sees what is for everybody while the wasm is on its way; the engine then finds it done",
    browsers: everywhere,
    async run(t) {
      const { shop, tab } = await open(t);
      shop.proxy.fault = late(4_000);
      await tab.goto(`${shop.origin}/`);
      await heroIs(tab, TITLE);
      assert.equal(await tab.evaluate(() => window.vitrine.decide("hero").reason), "not_ready");
      const { calls } = await notes(tab);
      assert.deepEqual(callsOutside(calls, { site: shop.keys.site, origin: shop.origin }), []);

      await tab.evaluate(() => {
        window.changes = 0;
        new MutationObserver(() => { window.changes++; }).observe(document.querySelector("[data-vitrine-slot=hero] h1"), { childList: true, characterData: true, subtree: true });
      });
      await tab.evaluate(() => window.vitrine.ready);
      assert.equal(await tab.evaluate(() => window.vitrine.decide("hero").experience), "welcome");
      assert.equal(await tab.evaluate(() => window.changes), 0, "the engine found it done");

      await tab.evaluate(() => window.vitrine.off());
      await heroIs(tab, ownHero);
      await unharmed(tab);
    },
  },
  {
    title: "first rows: where the wasm fails, the page's own content comes back",
    browsers: everywhere,
    async run(t) {
      const { shop, tab } = await open(t);
      shop.proxy.rewrite = withoutIntegrity;
      shop.proxy.fault = ({ path }) => path.endsWith(".wasm") ? { delay: 500, truncate: 1_000 } : undefined;
      await tab.goto(`${shop.origin}/`);
      await tab.waitFor(() => window.__diagnostics.length > 0, [], { what: "the diagnostic" });
      await heroIs(tab, ownHero);
      await unharmed(tab);
    },
  },
  {
    title: "first rows: the rules come after the wasm has failed: the page's own content",
    browsers: everywhere,
    async run(t) {
      const { shop, tab } = await open(t);
      shop.proxy.fault = ({ path }) => path.endsWith(".wasm") ? { status: 404 } : path.endsWith("/bundle/2") ? { delay: 1_500 } : undefined;
      await tab.goto(`${shop.origin}/`);
      await tab.waitFor(() => window.__diagnostics.length > 0, [], { what: "the diagnostic" });
      await tab.waitFor(() => {
        const rules = performance.getEntriesByType("resource").find(({ name }) => name.endsWith("/bundle/2"));
        // Rows that come after the end come at once.
        return rules?.responseEnd && performance.now() > rules.responseEnd + 500;
      }, [], { what: "the rules" });
      await heroIs(tab, ownHero);
      const noted = await tab.evaluate(() => window.__frames.filter(({ slot }) => slot === "hero"));
      assert.ok(noted.length > 0, "the frames are noted");
      assert.deepEqual(noted.filter(({ text }) => text.includes(TITLE)), []);
      assert.deepEqual(await tab.evaluate(() => window.__diagnostics.map(({ code }) => code)), ["VT-LOAD-FAILED"]);
      await unharmed(tab);
    },
  },
  ...rows.map(({ title, path, when, before, fault }) => ({
    title: `first rows: ${title}: the page's own content`,
    browsers: ["chromium"],
    together: true,
    async run(t) {
      const { shop, tab } = await open(t, when);
      await before?.(shop, tab);
      const broken = await fault?.(shop);
      shop.proxy.fault = entry => broken?.(entry) ?? late(1_500)(entry);
      await tab.goto(`${shop.origin}${path}`);
      await neverEarly(tab);
      await unharmed(tab);
    },
  })),
  {
    title: "first rows: a choice that is made meanwhile wins",
    browsers: ["chromium"],
    async run(t) {
      const { shop, tab } = await open(t);
      shop.proxy.fault = entry => entry.path.endsWith("/bundle/2") ? { delay: 500 } : late(2_000)(entry);
      shop.proxy.extra = `<script>document.addEventListener("DOMContentLoaded", () => { vitrine.consent.set({ personalization: "denied" }); })</script>`;
      await tab.goto(`${shop.origin}/`);
      await neverEarly(tab);
      await heroIs(tab, ownHero);
      assert.equal((await consent(tab)).personalization, "denied");
      await unharmed(tab);
    },
  },
];
