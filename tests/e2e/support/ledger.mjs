// The ledger: messageIds whose track() answered `stored` while measurement was granted. The server must have exactly these.

import assert from "node:assert/strict";

import { events } from "./rows.mjs";
import { until } from "./until.mjs";

const EVENT = "Product Viewed";

/** A ledger of its own session, so that stories do not share ids. */
export function ledger() {
  const stored = new Set();
  return {
    stored,
    /** Tracks `count` events in a tab and books those that answered `stored`; every one must. */
    async book(tab, count) {
      const answers = await tab.evaluate(trackMany, EVENT, count);
      for (const { id, status, reason } of answers) {
        assert.equal(status, "stored", `${id}: ${status} ${reason ?? ""}`);
        stored.add(id);
      }
    },
    /**
     * Waits until the server's rows are the ledger, then until `tab` knows that nothing is left to send, and looks again: what
     * is sent twice comes after what was lost on the way back. Nothing lost, nothing doubled.
     */
    async equals(server, tab, { timeout = 30_000 } = {}) {
      const end = Date.now() + timeout;
      let settled = false;
      for (;;) {
        const ids = (await events(server)).filter(event => event.event === EVENT).map(event => event.messageId);
        const lost = [...stored].filter(id => !ids.includes(id));
        const strange = ids.filter(id => !stored.has(id));
        assert.equal(new Set(ids).size, ids.length, "an event is there twice");
        assert.deepEqual(strange, [], "events that nobody booked");
        if (lost.length === 0 && settled) return;
        if (lost.length === 0) {
          await until(() => tab.evaluate(sent), "everything to be sent", timeout);
          settled = true;
          continue;
        }
        if (Date.now() >= end) {
          const knows = await tab.evaluate(known).catch(error => `${error}`);
          assert.fail(`after ${timeout} ms ${lost.length} of ${stored.size} events are missing; the tab: ${JSON.stringify(knows)}`);
        }
        await new Promise(again => setTimeout(again, 100));
      }
    },
  };
}

// Runs in the page.
async function sent() {
  return (await window.vitrine.flush()).unsent === 0;
}

// Runs in the page: what it knows, and what is in its store, for whoever has to find out why something is missing.
async function known() {
  const { vitrine } = window;
  const open = indexedDB.open((await indexedDB.databases()).find(db => db.name.startsWith("vt:")).name);
  await new Promise((done, fail) => Object.assign(open, { onsuccess: done, onerror: fail }));
  const read = (name, what) => new Promise(done => {
    const asked = open.result.transaction(name).objectStore(name)[what]();
    asked.onsuccess = () => done(asked.result);
  });
  const unsent = await Promise.race([vitrine.flush(), new Promise(late => setTimeout(late, 3_000, "no answer"))]);
  return { unsent, consent: vitrine.consent.get().measurement, visitor: vitrine.visitor.id(), shown: document.visibilityState,
    records: await read("log", "count"), meta: await read("meta", "getAllKeys"), values: (await read("meta", "getAll")).map(String),
    locks: await navigator.locks?.query(), performance: performance.getEntriesByType("resource").map(entry =>
      `${new URL(entry.name).pathname} ${entry.responseStatus} at ${Math.round(entry.startTime)} for ${Math.round(entry.duration)}`) };
}

// Runs in the page. Half of the ids are ours (UUIDv7), half are somebody else's (v4): the server keeps them differently.
async function trackMany(event, count) {
  return Promise.all(Array.from({ length: count }, async (_, index) => {
    const random = crypto.randomUUID();
    const time = Date.now().toString(16).padStart(12, "0");
    const id = index % 2 ? random : `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`;
    const { status, reason } = await window.vitrine.track(event, { sku: `s-${index}`, category: "garden", price: index }, { messageId: id });
    return { id, status, reason };
  }));
}
