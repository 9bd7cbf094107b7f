// The device's store is full, damaged, from the future, blocked or not there. Whatever it is: the page is unharmed and
// personalised from memory, one diagnostic says so, the choice is kept, `stored` is said of what is durable alone, and what
// was erased never comes back.

import assert from "node:assert/strict";

import { accept, consent, heroIs, likeWinter, notes, ownHero, ready, visit, winter, winterHero } from "../support/person.mjs";
import { scale } from "../support/stage.mjs";
import { until } from "../support/until.mjs";

const everywhere = ["chromium", "firefox", "webkit"];
/** A page of the site without the SDK. */
const PLAIN = "/plain";

/** Runs in a page without the SDK: opens the database as it is, puts what is given, closes it. */
async function damage(name, store, key, value) {
  const made = bytes => bytes instanceof Array ? new Uint8Array(bytes) : bytes;
  const db = await new Promise((done, fail) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  const transaction = db.transaction(store, "readwrite");
  transaction.objectStore(store).put(made(value), key);
  await new Promise((done, fail) => Object.assign(transaction, { oncomplete: done, onabort: () => fail(transaction.error) }));
  db.close();
}

/** Runs in a page without the SDK: the database becomes one of this version; `anew`: another one, without any of its stores. */
async function become(name, version, anew) {
  if (anew) await new Promise(done => { indexedDB.deleteDatabase(name).onsuccess = done; });
  const db = await new Promise((done, fail) => {
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = () => request.result.createObjectStore("theirs");
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  db.close();
}

/** Runs in a page without the SDK: a connection that lets nobody else change the database. */
async function occupy(name) {
  window.__held = await new Promise((done, fail) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
}

/** Runs in a page without the SDK: a transaction that does not end before it is let go. */
async function hold(name) {
  const db = await new Promise((done, fail) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  const meta = db.transaction(["log", "meta"], "readwrite").objectStore("meta");
  window.__held = { close: () => { meta.transaction.abort(); db.close(); } };
  // From here on it is before any other; in WebKitGTK itself behind one of a page that was put aside, should there be one.
  const again = () => { meta.get("identity").onsuccess = again; };
  again();
}

/** Runs first in a page: once `__full` is set, what is written is refused at the end of its transaction, as where no space is left. */
const refusing = full => `<script>{
  window.__full = ${full};
  for (const name of ["add", "put"]) {
    const real = IDBObjectStore.prototype[name];
    IDBObjectStore.prototype[name] = function (...given) {
      const request = real.apply(this, given);
      if (window.__full) this.transaction.abort();
      return request;
    };
  }
}</script>`;

/** Runs first in a page: an SDK whose database is one version further. */
const later = `<script>{ const real = IDBFactory.prototype.open; IDBFactory.prototype.open = function (name, version) { return real.call(this, name, version + 1); }; }</script>`;

/** The real thing: Chromium lets the site have so much space. Answers what lifts that, once the browser has noticed. */
async function space({ browser, shop }, quotaSize) {
  const other = await browser.newTab();
  await other.goto(`${shop.origin}${PLAIN}`);
  const devtools = await other.page.context().newCDPSession(other.page);
  await devtools.send("Storage.overrideQuotaForOrigin", { origin: shop.origin, quotaSize });
  return {
    fill: () => other.evaluate(fill, 1),
    async lift() {
      await devtools.send("Storage.overrideQuotaForOrigin", { origin: shop.origin });
      await until(() => other.evaluate(fill, 0), "the browser to see the space", 60_000);
    },
  };
}

/** Runs in a page without the SDK: fills all the space there is, or tries whether there is any. */
async function fill(all) {
  const db = await new Promise((done, fail) => {
    const request = indexedDB.open("filler");
    request.onupgradeneeded = () => request.result.createObjectStore("all", { autoIncrement: true });
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  const add = size => new Promise(done => {
    const transaction = db.transaction("all", "readwrite");
    for (let at = 0; at < size; at += 65_536) transaction.objectStore("all").add(crypto.getRandomValues(new Uint8Array(Math.min(65_536, size - at))));
    transaction.oncomplete = () => done(true);
    transaction.onabort = () => done(false);
  });
  let fits = true;
  if (all) for (let size = 131_072; size >= 1; size /= 2) while (await add(size)) { /* more */ }
  else fits = await add(100_000);
  db.close();
  return fits;
}

// `before` comes between an earlier visit (none where `fresh`) and the page under test, and may answer what takes it away again;
// `extra` stands in that page, `during` comes in the middle of it. `heals`: told once, then the store works as it did.
const rows = [
  { title: "no space is left, before the choice", code: "VT-STORE-FAILED", browsers: ["chromium"], fresh: true,
    before: async stage => (await space(stage, 1)).lift },
  { title: "no space is left, from the middle of a visit", code: "VT-STORE-FAILED", browsers: ["chromium"], fresh: true,
    before: async stage => {
      stage.space = await space(stage, 1_000_000);
      return stage.space.lift;
    },
    during: stage => stage.space.fill() },
  { title: "every write is refused (imitated), before the choice", code: "VT-STORE-FAILED", fresh: true, extra: refusing(true) },
  { title: "every write is refused (imitated), from the middle of a visit", code: "VT-STORE-FAILED", extra: refusing(false),
    during: ({ tab }) => tab.evaluate(() => { window.__full = true; }) },
  ...[
    ["a snapshot that is cut short", "meta", "snapshot", [9, 0, 0, 0, 0, 0, 0, 0, 3, 9, 1]],
    ["a snapshot that claims to hold every record", "meta", "snapshot", [255, 255, 255, 255, 255, 255, 15, 0, 3, 255]],
    ["a snapshot that is no bytes", "meta", "snapshot", "garbage"],
    ["an identity of garbage", "meta", "identity", [3, 255, 255, 255]],
    ["an identity that is no bytes", "meta", "identity", { visitor: "me" }],
    ["a record of garbage", "log", 1_000, [3, 255, 255, 1]],
    ["a record that is no bytes", "log", 1_000, null],
  ].map(([title, ...what]) => ({ title, code: "VT-STORE-CORRUPT", status: "stored", heals: true,
    before: ({ tab, name }) => tab.evaluate(damage, name, ...what) })),
  ...[
    ["a snapshot of a newer version", "meta", "snapshot", [9, 0, 0, 0, 0, 0, 0, 0, 77, 9, 1]],
    ["an identity of a newer version", "meta", "identity", [77, 1]],
    ["a record of a newer version", "log", 1_000, [77, 1]],
  ].map(([title, ...what]) => ({ title, code: "VT-STORE-NEWER", before: ({ tab, name }) => tab.evaluate(damage, name, ...what) })),
  { title: "a database of the right version without its stores", code: "VT-STORE-FAILED", before: ({ tab, name }) => tab.evaluate(become, name, 1, true) },
  { title: "a database of a newer version", code: "VT-STORE-NEWER", before: ({ tab, name }) => tab.evaluate(become, name, 99, true) },
  { title: "an upgrade that another tab blocks", code: "VT-STORE-DENIED", extra: later, before: async ({ browser, shop, name }) => {
    const other = await browser.newTab();
    await other.goto(`${shop.origin}${PLAIN}`);
    await other.evaluate(occupy, name);
    return () => other.evaluate(() => window.__held.close());
  } },
  { title: "a transaction that another page does not end", code: "VT-STORE-FAILED", browsers: everywhere, before: async ({ browser, shop, name }) => {
    const other = await browser.newTab();
    await other.goto(`${shop.origin}${PLAIN}`);
    await other.evaluate(hold, name);
    return () => other.evaluate(() => window.__held.close());
  } },
  { title: "an upgrade by another tab, from the middle of a visit", code: "VT-STORE-NEWER", during: async ({ browser, shop, name }) => {
    const other = await browser.newTab();
    await other.goto(`${shop.origin}${PLAIN}`);
    await other.evaluate(become, name, 2, false);
  } },
  { title: "a database that is deleted, from the middle of a visit", code: "VT-STORE-FAILED", during: async ({ browser, shop, name }) => {
    const other = await browser.newTab();
    await other.goto(`${shop.origin}${PLAIN}`);
    await other.evaluate(name => new Promise(done => { indexedDB.deleteDatabase(name).onsuccess = () => done(); }), name);
  } },
];

async function check(t, { code, status = "held", heals = false, fresh = false, extra = "", before, during }) {
  const shop = await t.shop();
  const name = `vt:${shop.keys.site}`;
  shop.proxy.fault = ({ path }) => path === PLAIN ? { status: 200, headers: { "content-type": "text/html" }, body: "<!doctype html><title>plain</title>" } : undefined;
  const browser = await t.browser();
  const tab = await browser.newTab();
  const stage = { browser, shop, tab, name };

  let first;
  if (!fresh) {
    await likeWinter(tab, shop);
    assert.equal((await seen(tab)).status, "stored");
    await tab.evaluate(() => window.vitrine.flush());
    first = await tab.evaluate(() => window.vitrine.visitor.id());
  }
  await tab.goto(`${shop.origin}${PLAIN}`);
  const mend = await before?.(stage);
  shop.proxy.extra = extra;
  // Another address each time: no page comes from the browser's cache.
  await visit(tab, `${shop.origin}/?faulty`);
  if (fresh) await accept(tab);
  await tab.waitFor(() => window.vitrine.visitor.id(), [], { what: "an identity" });
  await during?.(stage);

  // The page is personalised, from the device where that can be read, else from this page's memory.
  // Not by clicks: Firefox draws no tab that stands behind another one.
  await tab.evaluate(skus => { for (const sku of skus) void window.vitrine.track("Product Viewed", { sku, category: "winter", price: 40 }); }, winter);
  await heroIs(tab, winterHero);
  await said(tab, code);
  assert.equal((await seen(tab)).status, status);
  await tab.waitFor(async () => (await window.vitrine.flush()).unsent === 0, [], { what: "everything to be sent, held or not", timeout: 30_000 });
  await unharmed(tab, code);
  assert.deepEqual(await granted(tab), ["granted", "granted", "granted"]);

  // The next page: the choice is kept; damage was told once and is gone.
  await tab.reload();
  await ready(tab);
  await tab.waitFor(() => window.vitrine.visitor.id(), [], { what: "an identity" });
  assert.deepEqual(await granted(tab), ["granted", "granted", "granted"]);
  if (heals) {
    await heroIs(tab, winterHero);
    assert.equal((await seen(tab)).status, "stored");
    await unharmed(tab);
  }

  // Erased, and everything works again: nothing of before comes back.
  const second = await tab.evaluate(() => window.vitrine.visitor.id());
  await tab.evaluate(() => window.vitrine.visitor.erase());
  await heroIs(tab, ownHero);
  await mend?.();
  shop.proxy.extra = "";
  await visit(tab, `${shop.origin}/?mended`);
  assert.deepEqual(await granted(tab), ["withdrawn", "withdrawn", "withdrawn"]);
  await tab.evaluate(() => window.vitrine.consent.set({ personalization: "granted", measurement: "granted", experiments: "granted" }));
  assert.equal((await seen(tab)).status, "stored");
  const { id, views, segments } = await tab.evaluate(async () => ({ id: window.vitrine.visitor.id(), segments: [...window.vitrine.segments()],
    views: (await window.vitrine.visitor.profile()).counters["Product Viewed"].count }));
  assert.ok(id && id !== first && id !== second, "somebody new");
  assert.equal(views, 1);
  assert.ok(!segments.includes("winter-fans"));
  await heroIs(tab, ownHero);
  await unharmed(tab);
}

const granted = async tab => {
  const states = await consent(tab);
  return [states.personalization, states.measurement, states.experiments];
};

const seen = tab => tab.evaluate(() => window.vitrine.track("Product Viewed", { sku: "seed-tray", category: "garden", price: 9 }));

const said = (tab, code) => tab.waitFor(code => window.__diagnostics.some(of => of.code === code), [code], { what: code });

/** No error, no violation, and of diagnostics this one alone; a busy machine's deadlines say nothing of the store. */
async function unharmed(tab, ...codes) {
  const { faults, violations, diagnostics } = await notes(tab);
  const said = diagnostics.map(({ code }) => code).filter(code => code !== "VT-DEADLINE");
  assert.deepEqual({ faults, violations, codes: said }, { faults: [], violations: [], codes });
}

/** Chromium tells every row; by default the others tell every third, each another one. `VITRINE_SCALE=3` tells all. */
const tellers = place => everywhere.filter((_, browser) => browser === 0 || scale >= 3 || place % 3 === browser);

export default rows.map((row, place) => ({
  title: `${row.title}: ${row.heals ? "told once and written anew" : "from memory"}, one diagnostic, the choice kept, erased for good`,
  browsers: row.browsers ?? tellers(place),
  timeout: 180_000,
  together: true,
  run: t => check(t, row),
}));
