// A page of a story's own, beside the shop: its markup, and the tag that loads the SDK.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { dist } from "./server.mjs";

/** Writes `name` into the shop's folder; answers its path. */
export function write(shop, name, body) {
  const { version } = JSON.parse(readFileSync(join(dist, "manifest.json"), "utf8"));
  const { site, public: key, verify } = shop.keys;
  const tag = `<script async src="/sdk/${version}/vitrine.js" data-site="${site}" data-key="${key}" data-verify="${verify}"></script>`;
  writeFileSync(join(shop.server.www, name), `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${name}</title>${tag}</head><body>${body}</body></html>`);
  return `/${name}`;
}

/** A shop whose site file has these slots, experiences and the like besides. */
export const shopWith = (t, more) => t.shop({ site: file => ({ ...file, ...more, slots: { ...file.slots, ...more.slots }, events: { ...file.events, ...more.events },
  segments: { ...file.segments, ...more.segments }, experiences: [...file.experiences, ...more.experiences] }) });

/** An experience with one variant that says its own name in its slot. */
export const says = (id, more = {}) => ({ id, slot: id, variants: [{ id: "v", actions: [{ text: { to: `${id} says` } }] }], ...more });

/** The visitor allows everything, and decisions are made. */
export async function allow(tab) {
  await there(tab);
  await tab.evaluate(async () => {
    await window.vitrine.ready;
    await window.vitrine.consent.set({ measurement: "granted", personalization: "granted", experiments: "granted" });
    await window.vitrine.track("Cart Viewed", {});
    // WebKitGTK puts a page aside that is still writing, and keeps the next one from reading: all that was begun is over.
    const [{ name }] = await indexedDB.databases();
    await new Promise(done => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => {
        const after = asked.result.transaction(["log", "meta"], "readwrite");
        after.objectStore("meta").count();
        after.oncomplete = () => (asked.result.close(), done());
      };
    });
  });
}

/** The page's object is there: the tag has run. */
export const there = tab => tab.waitFor(() => !!window.vitrine, [], { what: "the tag to run" });

/** Waits until an element says something. */
export const reads = (tab, selector, text, options) => tab.waitFor((selector, text) => document.querySelector(selector)?.textContent === text, [selector, text],
  { what: `${selector} to read "${text}"`, ...options });
