// The instruments themselves, in each browser: every closed API is noted, frames and errors are recorded.

import assert from "node:assert/strict";
import { createServer } from "node:http";

import { startProxy } from "../support/proxy.mjs";

const page = `<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="content-security-policy"
  content="script-src 'none'; require-trusted-types-for 'script'; trusted-types vitrine"></head>
  <body><section data-vitrine-slot="hero" style="height:50px">own content</section><input id="name"><script>window.wrong = 1</script></body></html>`;

export default [{
  title: "every storage and network API, each frame and each error is noted, under a strict policy",
  browsers: ["chromium", "firefox", "webkit"],
  async run(t) {
    const upstream = createServer((request, response) => response.writeHead(200, { "content-type": "text/html" }).end(page));
    await new Promise(listening => upstream.listen(0, "127.0.0.1", listening));
    t.after(() => { upstream.close(); upstream.closeAllConnections(); });
    const proxy = await startProxy({ upstream: () => `http://127.0.0.1:${upstream.address().port}` });
    t.after(() => proxy.stop());
    const browser = await t.browser();
    const tab = await browser.newTab();
    await tab.goto(`${proxy.origin}/`);
    assert.deepEqual(await tab.evaluate(() => window.__calls), [], "a page that does nothing is noted as doing nothing");
    assert.equal(await tab.evaluate(() => window.wrong), undefined, "the page's own policy holds");
    await tab.evaluate(touchEverything);
    const noted = new Set(await tab.evaluate(() => window.__calls.map(call => call.api)));
    const offered = await tab.evaluate(() => ({ cookieStore: "cookieStore" in window, caches: "caches" in window, worker: "serviceWorker" in navigator }));
    const expected = ["window.localStorage", "window.sessionStorage", "storage.getItem", "storage.setItem", "storage.removeItem", "storage.key",
      "storage.length", "window.indexedDB", "indexedDB.open", "indexedDB.deleteDatabase", "cookie.get", "cookie.set", "fetch", "xhr", "sendBeacon",
      "image.src", "BroadcastChannel", "WebSocket", "EventSource", ...offered.cookieStore ? ["cookieStore.getAll"] : [],
      ...offered.caches ? ["window.caches", "caches.keys"] : []];
    assert.deepEqual(expected.filter(api => !noted.has(api)), []);
    const faults = await tab.waitFor(() => window.__faults.length >= 2 && window.__faults, [], { what: "both errors" });
    assert.deepEqual(faults.map(fault => fault.kind).sort(), ["error", "rejection"]);
    await tab.evaluate(() => { document.querySelector("section").textContent = "swapped"; });
    const texts = await tab.waitFor(() => window.__frames.length >= 2 && window.__frames.map(frame => [frame.text, frame.visible]), [], { what: "two frames" });
    assert.deepEqual(texts, [["own content", true], ["swapped", true]]);
    await tab.fill("#name", "Zoë");
    assert.equal(await tab.evaluate(() => document.querySelector("#name").value), "Zoë");
  },
}];

async function touchEverything() {
  localStorage.setItem("a", "1");
  localStorage.getItem("a");
  localStorage.key(0);
  localStorage.removeItem("a");
  void sessionStorage.length;
  indexedDB.open("a");
  indexedDB.deleteDatabase("a");
  document.cookie = "a=1";
  void document.cookie;
  if (window.cookieStore) await window.cookieStore.getAll().catch(() => {});
  if (window.caches) await window.caches.keys().catch(() => {});
  await fetch("/x").catch(() => {});
  const xhr = new XMLHttpRequest();
  xhr.open("GET", "/y");
  navigator.sendBeacon("/z", "b");
  new Image().src = "/i";
  new BroadcastChannel("a").close();
  for (const make of [() => new WebSocket(`ws://${location.host}/`), () => new EventSource("/e").close()]) {
    try {
      make();
    } catch {
      // refused by the policy, but noted
    }
  }
  setTimeout(() => { throw new Error("boo"); });
  Promise.reject(new Error("far"));
}
