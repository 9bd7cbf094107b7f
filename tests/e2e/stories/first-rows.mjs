// What everybody sees before a choice is on the page before the wasm is: signed with the bundle, held to the same promises.

import assert from "node:assert/strict";

import { withoutIntegrity } from "../support/break.mjs";
import { consent, heroIs, notes, ownHero, refuse, visit } from "../support/person.mjs";

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
const stuck = pattern => ({ path }) => pattern.test(path) ? { hang: true } : undefined;
const unharmed = async tab => {
  const { faults, violations } = await notes(tab);
  assert.deepEqual({ faults, violations }, { faults: [], violations: [] });
};

/** Bundles whose signature covers something else: one bit of the rows is another. */
async function forged({ server, keys }) {
  const bytes = Buffer.from(await (await fetch(`${server.origin}/v1/sites/${keys.site}/bundle/2`)).arrayBuffer());
  const at = bytes.lastIndexOf(TITLE);
  assert.ok(at > 0, "the bundle says it in plain text");
  bytes[at] ^= 1;
  return bytes;
}

// `kept`: what the page is asked to show in spite of the rows, with the wasm hanging and the bundle there.
const rows = [
  { title: "another path than the rule's", path: "/?" , when: { "context.page.path": "/elsewhere/" } },
  { title: "a fact that only the engine knows", path: "/", when: { "context.query.utm_source": "mail" } },
  { title: "a refusal of before", path: "/?again", before: async (shop, tab) => {
    await visit(tab, `${shop.origin}/`);
    await refuse(tab);
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
      const late = ms => ({ path }) => path.endsWith(".wasm") ? { delay: ms } : undefined;
      shop.proxy.fault = late(4_000);
      await tab.goto(`${shop.origin}/`);
      await heroIs(tab, TITLE);
      assert.equal(await tab.evaluate(() => window.vitrine.decide("hero").reason), "not_ready");
      // Nothing was read but the choice, which is not there, and nothing was written.
      const { calls } = await notes(tab);
      assert.deepEqual(calls.filter(({ api }) => /indexedDB|cookie/i.test(api)), []);

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
  ...rows.map(({ title, path, when, before, fault }) => ({
    title: `first rows: ${title}: the page's own content`,
    browsers: ["chromium"],
    together: true,
    async run(t) {
      const { shop, tab } = await open(t, when);
      await before?.(shop, tab);
      const broken = await fault?.(shop);
      const bundle = [];
      shop.proxy.fault = entry => {
        if (entry.path.endsWith("/bundle/2")) bundle.push(entry);
        return broken?.(entry) ?? stuck(/\.wasm$/)(entry);
      };
      await tab.goto(`${shop.origin}${path}`);
      // As long as the rows took above, and the glue with its checks has run: then nothing more comes.
      await tab.waitFor(() => performance.getEntriesByType("resource").some(({ name }) => name.endsWith("/bundle/2")), [], { what: "the bundle" });
      await tab.waitFor(() => document.readyState === "complete" && performance.now() > 1_000, [], { what: "a second" });
      await heroIs(tab, ownHero);
      assert.ok(bundle.length > 0);
      await unharmed(tab);
    },
  })),
  {
    title: "first rows: a choice that is made meanwhile wins",
    browsers: ["chromium"],
    async run(t) {
      const { shop, tab } = await open(t);
      shop.proxy.fault = ({ path }) => path.endsWith("/bundle/2") ? { delay: 700 } : stuck(/\.wasm$/)({ path });
      await tab.goto(`${shop.origin}/`);
      await tab.evaluate(() => void window.vitrine.consent.set({ personalization: "denied" }));
      await tab.waitFor(() => performance.getEntriesByType("resource").some(({ name, responseEnd }) => name.endsWith("/bundle/2") && responseEnd), [], { what: "the bundle" });
      await tab.waitFor(() => performance.now() > 1_500, [], { what: "the rows to have had their time" });
      await heroIs(tab, ownHero);
      assert.deepEqual(await consent(tab), {});
    },
  },
];
