// The real consent managers of npm, each answered as a person does: what the SDK then knows, and that it does nothing
// outside the closed list where nothing is granted.

import assert from "node:assert/strict";

import { callsOutside } from "../support/closed.mjs";
import { answer, install, managers } from "../support/managers/index.mjs";
import { consent, visit } from "../support/person.mjs";
import { until } from "../support/until.mjs";

const site = of => file => ({ ...file, consent: { ...file.consent, ...of.authority && { authority: of.authority }, ...of.map && { map: of.map } } });
const told = shop => shop.proxy.requests.filter(({ method, path }) => method === "POST" && path === "/v1/visitor/consents").map(({ body }) => JSON.parse(body));

/** Personalization and measurement, in a word: the two that every manager here asks for. */
const STATES = { none: "unknown unknown", all: "granted granted", refused: "denied denied", some: "withdrawn granted", back: "withdrawn withdrawn" };

async function stands(tab, ...expected) {
  const end = Date.now() + 8_000;
  for (;;) {
    // A manager may load the page anew after an answer: then there is nothing to ask for a moment.
    const { personalization, measurement } = await consent(tab).catch(() => ({}));
    const now = `${personalization} ${measurement}`;
    if (expected.includes(now)) return now;
    if (Date.now() > end) throw new Error(`it says ${now} instead of ${expected.join(" or ")}`);
    await new Promise(again => setTimeout(again, 25));
  }
}

/** The SDK has heard the manager: its chunk is there and a task has passed. */
const heard = (tab, name) => tab.waitFor(name => performance.getEntriesByType("resource").some(({ name: url }) => url.includes(`/${name}-`)), [name], { what: `the chunk for ${name}` });

function story(name, of, beside) {
  return {
    loose: "consent managers write styles of their own into the page",
    title: `${of.version}: before, refuse, reload, accept, ${of.some ? "change, " : ""}withdraw elsewhere, ${of.revised ? "revision, " : ""}expiry${beside ? ", beside others" : ""}`,
    timeout: 240_000,
    async run(t) {
      const row = {};
      const shop = await t.shop({ site: site(of) });
      const tab = await (await t.browser()).newTab();
      const state = { revision: 0, beside };
      shop.proxy.extra = "<script>window.__whose = true</script>";
      install(name, shop.proxy, state);
      const home = `${shop.origin}/`;
      const open = async () => {
        await visit(tab, home);
        await heard(tab, name);
      };
      /** What our own code did on this page, where nothing was granted. */
      const closed = async acts => {
        const { calls, faults } = await tab.evaluate(() => ({ calls: window.__calls, faults: window.__faults }));
        const ours = calls.filter(({ by }) => by === home || by?.startsWith(`${shop.origin}/sdk/`));
        assert.ok(ours.some(({ api }) => api === "storage.getItem"), "the instruments saw the SDK");
        assert.deepEqual(callsOutside(ours, { site: shop.keys.site, origin: shop.origin, acts, managed: true }), []);
        assert.deepEqual(faults.filter(({ file }) => file?.includes("/sdk/")), []);
      };
      const step = async (title, run) => {
        try {
          row[title] = await run();
        } catch (error) {
          throw new Error(`${name}, ${title}: ${error.message}`, { cause: error });
        }
      };

      await step("before", async () => {
        await open();
        const now = await stands(tab, STATES.none);
        await closed(0);
        return now;
      });
      await step("refuse", async () => {
        await answer(tab, name, "refuse");
        const now = await stands(tab, STATES.refused);
        await until(() => told(shop).length === 1, "the refusal to be told");
        await closed(1);
        assert.ok(told(shop).every(({ source, visitor, receipt }) => source === name && !visitor && !receipt), "a refusal has no id");
        return now;
      });
      await step("reload", async () => {
        await open();
        const now = await stands(tab, STATES.refused);
        await closed(0);
        assert.equal(told(shop).length, 1, "told once");
        return now;
      });
      await step("accept", async () => {
        await answer(tab, name, "accepts");
        const now = await stands(tab, STATES.all);
        await tab.waitFor(() => window.vitrine.visitor.id(), [], { what: "a visitor id" });
        return now;
      });
      await step("return", async () => {
        await tab.evaluate(() => window.vitrine.flush());
        await open();
        const now = await stands(tab, STATES.all);
        await tab.waitFor(() => window.vitrine.visitor.id(), [], { what: "a visitor id" });
        return now;
      });
      if (of.some) await step("change", async () => {
        await answer(tab, name, "some");
        const now = await stands(tab, STATES.some);
        await answer(tab, name, of.mend ? "mend" : "accepts");
        await stands(tab, STATES.all);
        return now;
      });
      await step("withdraw", async () => {
        await answer(tab, name, "withdraw");
        const now = await stands(tab, STATES.back);
        await tab.waitFor(async () => (await indexedDB.databases()).length === 0, [], { what: "the purge" });
        await answer(tab, name, "accepts");
        await stands(tab, STATES.all);
        return now;
      });
      await step("elsewhere", async () => {
        await tab.waitFor(site => JSON.parse(localStorage.getItem(`vt:${site}:c`)).ticket, [shop.keys.site], { what: "the revocation ticket" });
        await tab.goto(`${shop.origin}/bare/`);
        await answer(tab, name, "withdraw");
        const before = told(shop).length;
        await open();
        const now = await stands(tab, STATES.back);
        await until(() => told(shop).slice(before).some(({ ticket, purposes }) => ticket && purposes.personalization === "withdrawn"), "the backend to be told by ticket");
        await tab.waitFor(async () => (await indexedDB.databases()).length === 0, [], { what: "the purge" });
        await tab.waitFor(site => !JSON.parse(localStorage.getItem(`vt:${site}:c`)).ticket, [shop.keys.site], { what: "the backend to have heard" });
        await open();
        await stands(tab, STATES.back);
        await closed(0);
        return now;
      });
      const again = async () => {
        await answer(tab, name, "accepts");
        await stands(tab, STATES.all);
      };
      if (of.revised) await step("revision", async () => {
        await again();
        state.revision++;
        await open();
        const now = await stands(tab, STATES.back);
        await answer(tab, name, "accept");
        await stands(tab, STATES.all);
        return now;
      });
      else await again();
      await step("expiry", async () => {
        await tab.goto(`${shop.origin}/bare/`);
        await tab.evaluate(name => { document.cookie = `${name}=; path=/; max-age=0`; }, of.forget);
        await open();
        return stands(tab, of.forgotten ?? STATES.back);
      });
      console.log(`  ${(of.version + (beside ? " beside others" : "")).padEnd(42)} ${Object.entries(row).map(([title, now]) => `${title}: ${now}`).join(" | ")}`);
    },
  };
}

/** Alone, and beside a Consent Mode that denies by default and a TCF that answers nobody. */
export default [false, true].flatMap(beside => Object.entries(managers).map(([name, of]) => story(name, of, beside)));
