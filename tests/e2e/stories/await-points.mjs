// Withdrawal while something is being waited for: at each instant at which the engine is called back, everything is taken back first.
// Whatever was on its way must then find dead capabilities: nothing read, nothing written, the page its own again.

import assert from "node:assert/strict";

import { heroIs, slots, visit, winterHero } from "../support/person.mjs";

/** Notes every call back into the engine, and withdraws before the one whose number is asked for. */
function schedule() {
  const state = { ticks: 0, at: Infinity, mark: undefined };
  Object.defineProperty(window, "__schedule", { value: state });
  const tick = () => {
    if (state.mark !== undefined || ++state.ticks !== state.at) return;
    state.mark = window.__calls.length;
    window.vitrine.consent.withdraw();
  };
  const watched = fn => function called(...args) {
    tick();
    return fn.apply(this, args);
  };
  // What the wasm gets from its imports as functions are its own callbacks.
  const watch = imports => Object.fromEntries(Object.entries(imports).map(([name, module]) => [name, Object.fromEntries(
    Object.entries(module).map(([key, value]) => [key, typeof value !== "function" ? value : (...args) => {
      const made = value(...args);
      return typeof made === "function" ? watched(made) : made;
    }]))]));
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const original = WebAssembly[name];
    WebAssembly[name] = (source, imports) => original.call(WebAssembly, source, watch(imports));
  }
}

/** A visit that uses everything: store, profile, decisions, queue, backend, stream, other tabs. */
async function wander(at) {
  window.__schedule.at = at;
  window.__schedule.ticks = 0;
  const { vitrine } = window;
  await vitrine.consent.set({ personalization: "granted", measurement: "granted", experiments: "granted", marketing: "granted" });
  for (const sku of ["merino-scarf", "ribbed-beanie", "wool-mittens"]) await vitrine.track("Product Viewed", { sku, category: "winter", price: 40 });
  await vitrine.identify("c-1001", { city: "Lyon" });
  await vitrine.page("Home");
  await vitrine.flush();
  await vitrine.visitor.profile();
  await vitrine.visitor.export();
  await vitrine.track("Product Clicked", { sku: "merino-scarf" });
  await vitrine.flush();
  return { ticks: window.__schedule.ticks, withdrawn: window.__schedule.mark !== undefined };
}

/** What may happen once everything is taken back: saying so, keeping the refusal, and the purge. */
function outside({ api, area, key, url, method }, { origin, keys: { site } }) {
  const own = area === "local" && [`vt:${site}:c`, `vt:${site}:p`, `vt:${site}:o`].includes(key);
  return !(api === "window.localStorage" || api === "window.indexedDB" || api === "indexedDB.deleteDatabase"
    || own && (api === "storage.removeItem" || key.endsWith(":c") && /[gs]etItem$/.test(api))
    || /^idb\.(clear|delete)$/.test(api)
    || api === "fetch" && method === "POST" && new URL(url, origin).pathname === "/v1/visitor/consents");
}

async function once(t, shop, tab, at) {
  const { page } = tab;
  const devtools = await page.context().newCDPSession(page);
  await page.goto("about:blank");
  await devtools.send("Storage.clearDataForOrigin", { origin: shop.origin, storageTypes: "all" });
  await visit(tab, `${shop.origin}/`);
  const before = await slots(tab);
  const { ticks, withdrawn } = await tab.evaluate(wander, at);
  if (!withdrawn) {
    // Nothing was taken back: the visit changes the page.
    await heroIs(tab, winterHero);
    return ticks;
  }
  await page.waitForLoadState("networkidle");
  const found = await tab.evaluate(() => ({ after: window.__calls.slice(window.__schedule.mark),
    faults: window.__faults, violations: window.__violations, segments: [...window.vitrine.segments()] }));
  assert.deepEqual(found.after.filter(call => outside(call, shop)), [], `withdrawn at ${at}`);
  assert.deepEqual([found.faults, found.violations, found.segments], [[], [], []], `withdrawn at ${at}`);
  assert.deepEqual(await slots(tab), before, `withdrawn at ${at}: the page is its own`);
  const { databaseNames } = await devtools.send("IndexedDB.requestDatabaseNames", { securityOrigin: shop.origin });
  assert.deepEqual(databaseNames, [], `withdrawn at ${at}: the store is gone`);
  await devtools.detach();
  return ticks;
}

export default [{
  title: "withdrawal at each await point: nothing is read or written afterwards, and the page is its own",
  browsers: ["chromium"],
  timeout: 600_000,
  async run(t) {
    const shop = await t.shop();
    const tab = await (await t.browser()).newTab();
    await tab.page.addInitScript(schedule);
    const points = await once(t, shop, tab, Infinity);
    assert.ok(points > 20, `the engine was called back ${points} times`);
    // Every fourth; `VITRINE_SCALE=4` tries all.
    const step = Math.max(1, Math.floor(points / t.times(points / 4)));
    let tried = 0;
    for (let at = 1; at <= points; at += step, tried++) await once(t, shop, tab, at);
    console.error(`withdrawn at ${tried} of ${points} await points`);
  },
}];
