// The browser wipes script storage and leaves the cookie: nobody is asked again.

import assert from "node:assert/strict";

import { callsOutside, requestsOutside } from "../support/closed.mjs";
import { accept, consent, notes, refuse, visit } from "../support/person.mjs";
import { until } from "../support/until.mjs";

/** Wipes what scripts keep, on a page of the same origin that has no SDK. */
async function wipe(tab, origin) {
  await tab.goto(`${origin}/healthz`);
  await tab.evaluate(async () => {
    localStorage.clear();
    for (const { name } of await indexedDB.databases())
      await new Promise((done, fail) => Object.assign(indexedDB.deleteDatabase(name), { onsuccess: done, onerror: fail }));
  });
}

/** Whether anybody is asked. */
const asked = tab => tab.evaluate(() => document.querySelector("vitrine-consent-banner").shadowRoot !== null);
const banner = tab => tab.waitFor(() => document.querySelector("vitrine-consent-banner")?.shadowRoot, [], { what: "the consent banner" });
const questions = shop => shop.proxy.requests.filter(({ path }) => path === "/v1/visitor/choice");
const told = shop => shop.proxy.requests.filter(({ method, path }) => method === "POST" && path === "/v1/visitor/consents");

/** Makes the choice, waits until the backend has it, and loses it. Browsers take `Secure` cookies from this name without TLS. */
async function lose(t, act) {
  const shop = await t.shop();
  const origin = shop.origin.replace("127.0.0.1", "localhost");
  const tab = await (await t.browser()).newTab();
  await visit(tab, `${origin}/`);
  await act(tab);
  await until(() => told(shop).some(({ status }) => status === 200), "the backend to know the choice");
  assert.equal(questions(shop).length, 1, "asked before the choice alone");
  await visit(tab, `${origin}/`);
  assert.equal(questions(shop).length, 1, "not where there is a record");
  await wipe(tab, origin);
  shop.proxy.requests.length = 0;
  return { shop, origin, tab };
}

export default [
  {
    title: "a grant that outlived script storage is in force, of its own day, and nobody is asked while the backend thinks",
    async run(t) {
      const { shop, origin, tab } = await lose(t, accept);
      shop.proxy.fault = ({ path }) => path === "/v1/visitor/choice" ? { delay: 500 } : undefined;
      await visit(tab, `${origin}/`);
      await tab.waitFor(() => Object.values(window.vitrine.consent.get()).every(({ state }) => state === "granted"), [], { what: "the choice to be back" });
      assert.deepEqual(await tab.evaluate(() => [...new Set(Object.values(window.vitrine.consent.get()).map(({ source }) => source))]), ["preference"]);
      assert.equal(await asked(tab), false);
      const [question] = questions(shop);
      assert.match(question.headers.cookie, /^__Host-vt-choice=[\w-]+$/);
      assert.equal(question.headers.referer, undefined);
      await until(() => told(shop).length === 1, "the new device's grant to be told");
      const { faults, violations } = await notes(tab);
      assert.deepEqual({ faults, violations }, { faults: [], violations: [] });
    },
  },
  {
    title: "a refusal that outlived script storage stands, and is told to nobody again",
    async run(t) {
      const { shop, origin, tab } = await lose(t, refuse);
      await visit(tab, `${origin}/`);
      await tab.waitFor(() => Object.values(window.vitrine.consent.get()).every(({ state }) => state === "denied"), [], { what: "the refusal to be back" });
      assert.equal(await asked(tab), false);
      const { calls } = await notes(tab);
      // The record is written again; nothing is posted.
      assert.deepEqual(callsOutside(calls, { site: shop.keys.site, origin, acts: 1 }), []);
      assert.deepEqual(requestsOutside(shop.proxy.requests, { site: shop.keys.site, acts: 0 }), []);
    },
  },
  {
    title: "without the cookie, or an answer within a second, the visitor is asked",
    async run(t) {
      const shop = await t.shop();
      const tab = await (await t.browser()).newTab();
      await visit(tab, `${shop.origin}/`);
      await banner(tab);
      shop.proxy.fault = ({ path }) => path === "/v1/visitor/choice" ? { hang: true } : undefined;
      await visit(tab, `${shop.origin}/`);
      await banner(tab);
      assert.ok(await tab.evaluate(() => performance.now()) >= 1_000, "not before the second is over");
      assert.equal(questions(shop).length, 2);
      assert.deepEqual(new Set(Object.values(await consent(tab))), new Set(["unknown"]));
    },
  },
  {
    title: "a withdrawal stays one where another script has filled script storage, here, in the next tab and on the next page",
    browsers: ["chromium", "firefox", "webkit"],
    async run(t) {
      const shop = await t.shop();
      const browser = await t.browser();
      const [tab, other] = [await browser.newTab(), await browser.newTab()];
      await visit(tab, `${shop.origin}/`);
      await tab.evaluate(() => window.vitrine.consent.set({ measurement: "granted" }));
      await visit(other, `${shop.origin}/`);
      assert.equal((await consent(other)).measurement, "granted");
      await tab.evaluate(fill);
      await tab.evaluate(() => window.vitrine.consent.withdraw("measurement"));
      await other.waitFor(() => window.vitrine.consent.get().measurement.state !== "granted", [], { what: "the other tab to hear of it" });
      await visit(tab, `${shop.origin}/`);
      assert.notEqual((await consent(tab)).measurement, "granted", "on the next page");
      assert.equal((await tab.evaluate(() => window.vitrine.track("Product Viewed", { sku: "s-1" }))).status, "dropped");
      assert.deepEqual((await notes(tab)).faults, []);
    },
  },
];

// Runs in the page: until not one character more can be kept.
function fill() {
  for (let size = 1 << 22, n = 0; size >= 1;) {
    try {
      localStorage.setItem(`filler-${n}`, "x".repeat(size));
      n++;
    } catch {
      size >>= 1;
    }
  }
}
