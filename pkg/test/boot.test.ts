import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";

import { bundle, executablePath, launch, policy, serve, type Handler } from "./browser.js";

// Long, but for the test of the deadline itself: a busy machine parses late, and then the page rightly shows its own.
const CONFIG = { site: "shop", key: "pk", endpoint: "", deadline: 60_000, core: "/core.js", wasm: "/core.wasm" };
const today = Math.floor(Date.now() / 864e5);
const choice = (state = "granted", until = today + 100) => ({
  v: 1,
  p: { personalization: [state, "preference", today, until], measurement: [state, "preference", today, until] },
  notice: "n1",
});
const row = (more: object) => ({
  slot: "hero", path: null, notBefore: null, notAfter: 9e15, ops: [["", "h1", "replaceChildren", "Winter"]], experience: "e", variant: "a", ...more,
});
const record = (rows: object[], more: object = {}) => ({
  v: 1, bundle: 1, choice: "measurement,personalization", cookie: "", sessionEndsAt: Date.now() + 6e5, same: rows, fresh: rows, ...more,
});

/** What whoever can write the record might try. */
const hostile = [
  ["", "h1", "remove"], ["", "h1", "before", "x"], ["", "h1", "append", ["script", {}, ["x"]]], ["", "h1", "insertAdjacentHTML", "beforeend", "<i>x</i>"], ["", "h1", "click"],
  ["parentNode", null, "replaceChildren", "x"], ["parentNode", "h1", "remove"], ["ownerDocument", null, "write", "x"], ["__proto__", "h1", "remove"], ["constructor", "h1", "constructor", "x"],
  ["classList", "h1", "__defineGetter__", "length"], ["style", "h1", "remove"], ["stylex", "h1", "remove"], ["classListadd", "h1", "remove"],
  ["", "h1", "setAttribute", "onclick", "x()"], ["", "h1", "setAttribute", "ONCLICK", "x()"], ["", "h1", "setAttribute", "srcdoc", "<b>"],
  ["", "h1", "setAttribute", "href", "javascript:x()"], ["", "h1", "setAttribute", "href", " JAVA\tSCRI\nPT\r:x()"], ["", "h1", "setAttribute", "href", "vbscript:x"],
];

/** Notes each frame's hero, every policy violation and every error; runs before the boot. */
const recorder = `
  window.frames_ = []; window.violations = []; window.faults = []; window.calls = [];
  document.addEventListener("securitypolicyviolation", (e) => violations.push(e.violatedDirective + " " + e.blockedURI));
  addEventListener("error", (e) => faults.push(e.message)); addEventListener("unhandledrejection", (e) => faults.push(String(e.reason)));
  for (const name of ["getItem", "setItem", "removeItem", "key", "clear"]) {
    const real = Storage.prototype[name];
    Storage.prototype[name] = function (...args) { calls.push(name + " " + args.join()); return real.apply(this, args); };
  }
  const open = IDBFactory.prototype.open;
  IDBFactory.prototype.open = function (...args) { calls.push("idb " + args[0]); return open.apply(this, args); };
  (function frame() {
    const h1 = document.querySelector("h1"), hero = document.querySelector("[data-vitrine-slot=hero],vitrine-slot");
    if (h1) frames_.push([performance.now(), h1.textContent, getComputedStyle(hero).visibility, hero.getBoundingClientRect().height]);
    requestAnimationFrame(frame);
  })();`;

const OWN = `<section data-vitrine-slot="hero" data-vitrine-reserve="320px"><h1>Own</h1><p class="a  b">text <b id="b">bold</b></p><template data-variant="a b"><h1>Copy</h1>!</template></section>`;

describe("the boot", { skip: executablePath ? false : "Chromium is not installed" }, () => {
  let browser: Browser;
  let boot: string;
  let close = () => {};
  let last: BrowserContext | undefined;

  before(async () => {
    boot = (await bundle("pkg/ts/boot.ts", "esm")).trim();
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    close();
  });

  /** Opens a page whose storage holds `records`; `handle` serves what the page and the boot ask for beside it. */
  async function open(records: object, pieces: (answer: { write(text: string): void; wait(): Promise<void> }) => Promise<void> | void, handle: Handler = () => {}, deadline = CONFIG.deadline) {
    const script = `(()=>{${boot}})()`.replace("__CONFIG__", () => JSON.stringify({ ...CONFIG, deadline }));
    let go = () => {};
    const gone = new Promise<void>((resolve) => (go = resolve));
    const requests: string[] = [];
    const server = await serve(async (path, answer) => {
      requests.push(path);
      if (path == "/empty") return void answer.end("");
      if (path == "/go") return go(), void answer.end();
      if (path != "/") return void handle(path, answer);
      answer.writeHead(200, { "content-type": "text/html", "content-security-policy": policy(script) });
      answer.write(`<!doctype html><head><meta charset="utf-8"><script>${script}</script></head><body>`);
      await pieces({ write: (text) => void answer.write(text), wait: () => gone });
      answer.end("</body>");
    });
    close();
    close = server.close;
    // A page that stays open goes on recording its frames: thirty of them starve the next one.
    await last?.close();
    const context = (last = await browser.newContext());
    const page = await context.newPage();
    const warned: string[] = [];
    page.on("console", (message) => message.type() == "warning" && warned.push(message.text()));
    await page.goto(`${server.origin}/empty`);
    await page.evaluate((records) => {
      if (JSON.stringify(records).includes("manager=")) document.cookie = "manager=yes; path=/";
      for (const [name, value] of Object.entries(records)) localStorage.setItem(`vt:shop:${name}`, typeof value == "string" ? value : JSON.stringify(value));
    }, records);
    await page.addInitScript(recorder);
    await page.goto(`${server.origin}/`, { waitUntil: "commit" });
    return { page, warned, requests };
  }

  const calm = async (page: Page) => assert.deepEqual(await page.evaluate(() => [(window as any).violations, (window as any).faults]), [[], []]);
  const painted = (page: Page, count: number) => page.waitForFunction((count) => (window as any).frames_.length >= count, count);
  const frames = (page: Page) => page.evaluate(() => (window as any).frames_ as [number, string, string, number][]);

  test("a known visitor's row is there before the slot is ever seen, though the slot arrives in two pieces", async () => {
    const { page } = await open({ c: choice(), p: record([row({})]) }, async ({ write, wait }) => {
      write(`<section data-vitrine-slot="hero"><h1>Own</h1>`);
      await wait();
      write(`<p>rest</p></section><footer>after</footer>`);
    });
    await painted(page, 5);
    assert.ok((await frames(page)).every(([, , visibility]) => visibility == "hidden"), "half a slot waits");
    await page.evaluate(() => void fetch("/go"));
    await page.waitForFunction(() => document.querySelector("h1")!.textContent == "Winter");
    await painted(page, (await frames(page)).length + 3);
    const seen = (await frames(page)).filter(([, , visibility]) => visibility == "visible");
    assert.ok(seen.length > 0);
    assert.deepEqual([...new Set(seen.map(([, text]) => text))], ["Winter"]);
    await calm(page);
  });

  test("a pending slot is hidden at its reserved height, and shown at the deadline when nothing ever comes", async () => {
    const { page } = await open({ c: choice(), p: record([row({ ops: null })]) }, ({ write }) => write(OWN), () => {}, 400);
    await page.waitForFunction(() => (window as any).frames_.some(([, , visibility]: any) => visibility == "visible"));
    const all = await frames(page);
    const first = all.findIndex(([, , visibility]) => visibility == "visible");
    assert.ok(first > 0 && all.slice(0, first).every(([, , visibility]) => visibility == "hidden"));
    assert.ok(all.slice(0, first).some(([, , , height]) => height == 320), "reserved");
    assert.ok(all[first]![0] >= 300, `shown at ${all[first]![0]} ms`);
    assert.equal(all[first]![1], "Own");
    await calm(page);
  });

  for (const [title, records] of [
    ["nothing is known", {}],
    ["all is denied", { c: choice("denied"), p: record([row({})]) }],
    ["all was withdrawn", { c: choice("withdrawn"), p: record([row({})]) }],
    ["the grant has expired", { c: choice("granted", today - 1), p: record([row({})]) }],
    ["only measurement is granted", { c: { v: 1, p: { measurement: ["granted", "preference", today, today + 9] } }, p: record([row({})], { choice: "measurement" }) }],
    ["the choice does not parse", { c: "{{", p: record([row({})]) }],
  ] as [string, object][]) {
    test(`the choice is all that is read, and only the SDK's own files are fetched, when ${title}`, async () => {
      const { page, requests } = await open(records, ({ write }) => write(OWN));
      await painted(page, 5);
      await page.waitForFunction(() => performance.getEntriesByType("resource").length >= 0 && document.readyState == "complete");
      assert.deepEqual(await page.evaluate(() => (window as any).calls), ["getItem vt:shop:c"]);
      assert.equal(await page.evaluate(() => document.cookie), "");
      const fetched = requests.slice(requests.lastIndexOf("/") + 1).filter((path) => path != "/favicon.ico");
      assert.deepEqual(fetched.sort(), ["/core.js", "/core.wasm", "/v1/sites/shop/bundle/2"]);
      assert.ok((await frames(page)).every(([, text, visibility]) => text == "Own" && visibility == "visible"));
      await calm(page);
    });
  }

  test("a slot hidden by a record that breaks off is shown at the deadline", async () => {
    const { page } = await open({ c: choice(), p: { ...record([]), same: [row({ ops: null }), null] } }, ({ write }) => write(OWN), () => {}, 400);
    await page.waitForFunction(() => (window as any).frames_.some(([, , visibility]: any) => visibility == "visible"));
    assert.equal((await frames(page)).at(-1)![1], "Own");
    await calm(page);
  });

  for (const [title, more, shown] of [
    ["of another choice", record([row({})], { choice: "personalization" }), "Own"],
    ["of a newer schema", record([row({})], { v: 2 }), "Own"],
    ["of a consent manager whose own record is not there", record([row({})], { cookie: "klaro=1" }), "Own"],
    ["of a consent manager whose own record says something else", record([row({})], { cookie: "manager=no" }), "Own"],
    ["of a consent manager whose own record is as it was", record([row({})], { cookie: "manager=yes" }), "Winter"],
    ["that does not say whose choice it is", record([row({})], { cookie: undefined }), "Own"],
    ["that does not parse", "{", "Own"],
    ["for another path", record([row({ path: "/other" })]), "Own"],
    ["for this path", record([row({ path: "/" })]), "Winter"],
    ["that is not due yet", record([row({ notBefore: Date.now() + 6e5 })]), "Own"],
    ["that is over", record([row({ notAfter: Date.now() - 1 })]), "Own"],
    ["for a new session", record([], { sessionEndsAt: Date.now() - 1, fresh: [row({})] }), "Winter"],
    ["whose first row for the slot wins", record([row({}), row({ ops: [["", "h1", "replaceChildren", "Second"]] })]), "Winter"],
    ["of an operation that another version knows", record([row({ ops: [["", "h1", "replaceChildren", "Winter"], ["text", "h1", "x"]] })]), "Own"],
    ["whose selector finds nothing: all or none", record([row({ ops: [["", "h1", "replaceChildren", "Winter"], ["", "h9", "replaceChildren", "x"]] })]), "Own"],
    ...hostile.map((op) => [`of which an operation is not ours: ${JSON.stringify(op)}`, record([row({ ops: [["", "h1", "replaceChildren", "Winter"], op] })]), "Own"]),
  ] as [string, any, string][]) {
    test(`a paint record ${title}`, async () => {
      const { page } = await open({ c: choice(), p: more }, ({ write }) => write(OWN));
      await painted(page, 3);
      await page.waitForFunction(() => document.readyState != "loading");
      const all = (await frames(page)).filter(([, , visibility]) => visibility == "visible");
      assert.deepEqual([...new Set(all.map(([, text]) => text))], [shown], JSON.stringify(all.slice(0, 4)));
      await calm(page);
    });
  }

  for (const [title, ops] of [
    ["text", [["", "h1", "replaceChildren", "Winter"]]],
    ["attribute", [["", null, "setAttribute", "data-x", "1"], ["", "b", "removeAttribute", "id"], ["", "b", "setAttribute", "id", "c"]]],
    ["class", [["classList", "p", "add", "c", "d"], ["classList", "p", "remove", "a"], ["classList", "p", "add", "e"]]],
    ["hide", [["style", "p", "setProperty", "display", "none", "important"]]],
    ["styles", [["style", "p", "setProperty", "margin", "1px", ""], ["style", "p", "setProperty", "margin-top", "2px", ""]]],
    ["a template", [["a template", null, "replaceChildren", "a b"], ["", "h1", "replaceChildren", "x"]]],
    ["order", [["an order", null, "prepend", "p", "h1", "p"]]],
    ["one after the other in one place", [["", "p", "replaceChildren", "x"], ["", "p", "setAttribute", "title", "y"], ["", "p", "replaceChildren", "z"]]],
  ] as [string, unknown[]][]) {
    test(`when the glue is missing, everything is undone: ${title}`, async () => {
      let fail = () => {};
      const { page, warned } = await open({ c: choice(), p: record([row({ ops })]) }, ({ write }) => write(`${OWN}<i></i>`), (path, answer) => {
        if (path == "/core.js") fail = () => (answer.writeHead(404), void answer.end());
      });
      await page.waitForFunction((own) => document.readyState != "loading" && document.querySelector("section")!.outerHTML != own, OWN);
      await page.evaluate(() => {
        const { vitrine } = window as any;
        (window as any).heard = [];
        vitrine.on("diagnostic", (detail: any) => (window as any).heard.push(detail.code));
        document.addEventListener("vitrine:diagnostic", (event: any) => (window as any).heard.push(event.detail.code));
        (window as any).answer = vitrine.track("A");
      });
      fail();
      assert.deepEqual(await page.evaluate(() => (window as any).vitrine.ready), { mode: "off", reason: "VT-LOAD-FAILED" });
      assert.deepEqual(await page.evaluate(() => (window as any).answer), { status: "dropped", reason: "VT-LOAD-FAILED" });
      assert.equal(await page.evaluate(() => document.querySelector("section")!.outerHTML), OWN);
      await page.waitForFunction(() => (window as any).heard.length == 2);
      assert.equal(warned.length, 1);
      assert.match(warned[0]!, /VT-LOAD-FAILED/);
      await calm(page);
    });
  }

  test("a slot by element shows its template before it is ever seen with its own content", async () => {
    const { page } = await open({ c: choice(), p: record([row({ ops: [["a template", null, "replaceChildren", "w"]] })]) }, ({ write }) =>
      write(`<vitrine-slot name="hero"><h1>Own</h1><template data-variant="w"><h1>Winter</h1></template></vitrine-slot><i></i>`));
    await painted(page, 3);
    const seen = (await frames(page)).filter(([, , visibility]) => visibility == "visible");
    assert.deepEqual([...new Set(seen.map(([, text]) => text))], ["Winter"]);
    await calm(page);
  });

  test("a price and what the page keeps for itself are left alone", async () => {
    for (const at of ["b", null]) {
      const { page } = await open({ c: choice(), p: record([row({ ops: [["", at, "replaceChildren", "1 €"]] })]) }, ({ write }) =>
        write(`<section data-vitrine-slot="hero"><h1>Own</h1><b data-vitrine-price>49 €</b></section><i></i>`));
      await page.waitForFunction(() => document.readyState == "interactive" || document.readyState == "complete");
      assert.equal(await page.textContent("section"), "Own49 €");
      await calm(page);
    }
  });
});
