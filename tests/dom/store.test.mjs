// The device's store: what it keeps, what it empties, and what happens where there is none.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { all, open } from "./support.mjs";

let place;
before(async () => { place = await open(); });
after(() => place.close());

const grant = async purposes => {
  await vitrine.ready;
  await vitrine.consent.set(purposes);
  return vitrine.track("Thing", { a: 1 });
};

// With and without IndexedDB: events are taken, decisions are made, withdrawal empties.
const stores = [
  { name: "IndexedDB", survives: true },
  { name: "no IndexedDB", code: "VT-STORE-DENIED", init: () => Object.defineProperty(window, "indexedDB", { value: undefined }) },
  { name: "an IndexedDB that throws", code: "VT-STORE-DENIED",
    init: () => Object.defineProperty(window, "indexedDB", { get() { throw new DOMException("no", "SecurityError"); } }) },
  { name: "an IndexedDB that does not open", code: "VT-STORE-DENIED",
    init: () => { IDBFactory.prototype.open = () => { throw new DOMException("no", "InvalidStateError"); }; } },
  { name: "no localStorage", survives: false, silent: true,
    init: () => Object.defineProperty(window, "localStorage", { get() { throw new DOMException("no", "SecurityError"); } }) },
];

for (const store of stores) {
  test(`${store.name}: events are taken, slots decided, withdrawal empties`, async () => {
    const page = await place.page("/plain/", store.init);
    await page.run(() => {
      window.diagnostics = [];
      document.addEventListener("vitrine:diagnostic", event => diagnostics.push(event.detail.code));
    });
    // Stored is what is durable on this device.
    assert.deepEqual(await page.run(grant, all), { status: store.code ? "held" : "stored" });
    await page.until(() => vitrine.decide("row-0").reason === "matched");
    assert.deepEqual(await page.run(() => [...new Set(diagnostics.filter(code => code.startsWith("VT-STORE")))]), store.code ? [store.code] : []);
    if (store.survives) {
      const id = await page.run(() => vitrine.visitor.id());
      await page.reload();
      await page.until(() => window.vitrine?.decide("row-0").reason === "matched");
      assert.equal(await page.run(() => vitrine.visitor.id()), id);
      assert.equal((await page.run(() => vitrine.visitor.profile())).counters.Thing.count, 1);
    }
    await page.run(() => { vitrine.consent.withdraw(); });
    assert.equal(await page.run(() => vitrine.visitor.id()), null);
    await page.until(async () => !globalThis.indexedDB?.databases || (await indexedDB.databases()).length === 0).catch(error => {
      if (!store.code) throw error;
    });
    assert.deepEqual(page.errors, []);
  });
}

test("before a choice nothing is opened", async () => {
  const page = await place.page("/plain/", () => {
    window.opened = [];
    const open = IDBFactory.prototype.open;
    IDBFactory.prototype.open = function (name) { opened.push(name); return open.apply(this, arguments); };
    const set = Storage.prototype.setItem;
    Storage.prototype.setItem = function (name) { opened.push(name); return set.apply(this, arguments); };
  });
  await page.run(async () => { await vitrine.ready; await vitrine.track("Thing", {}); });
  assert.deepEqual(await page.run(() => opened), []);
});

test("data of a newer version is left alone", async () => {
  const page = await place.page("/empty/");
  await page.run(() => new Promise((resolve, reject) => {
    const request = indexedDB.open("vt:dom-test", 99);
    request.onupgradeneeded = () => request.result.createObjectStore("theirs");
    request.onsuccess = () => (request.result.close(), resolve());
    request.onerror = () => reject(request.error);
  }));
  await page.goto(`${place.origin}/plain/`);
  await page.until(() => window.vitrine);
  assert.deepEqual(await page.run(grant, all), { status: "held" });
  assert.ok((await page.run(() => vitrine.diagnostics())).some(({ code }) => code === "VT-STORE-NEWER"));
  assert.deepEqual(await page.run(() => indexedDB.databases()), [{ name: "vt:dom-test", version: 99 }]);
});

test("withdrawing one purpose leaves what serves another", async () => {
  const page = await place.page("/plain/");
  await page.run(grant, all);
  await page.run(() => { vitrine.consent.withdraw("measurement"); });
  assert.deepEqual(await page.run(() => vitrine.track("Thing", { a: 2 })), { status: "stored" });
  await page.reload();
  await page.until(() => window.vitrine?.decide("row-0").reason === "matched");
  assert.equal((await page.run(() => vitrine.visitor.profile())).counters.Thing.count, 2);
  await page.run(() => { vitrine.consent.withdraw("personalization"); });
  assert.equal(await page.run(() => vitrine.visitor.profile()), null);
});

test("two tabs share one log and one choice", async () => {
  const first = await place.page("/plain/");
  await first.run(grant, all);
  const second = await first.context().newPage();
  await second.goto(`${place.origin}/plain/`);
  await second.waitForFunction(() => window.vitrine?.decide("row-0").reason === "matched");
  const id = await first.run(() => vitrine.visitor.id());
  assert.equal(await second.evaluate(() => vitrine.visitor.id()), id);
  await second.evaluate(() => vitrine.track("Thing", { a: 3 }));
  await first.until(async () => (await vitrine.visitor.profile()).counters.Thing.count === 2);
  await second.evaluate(() => { vitrine.consent.withdraw(); });
  await first.until(() => document.querySelector("[data-vitrine-slot=row-1] h2").textContent === "owntitle");
  await first.until(async () => (await indexedDB.databases()).length === 0);
});
