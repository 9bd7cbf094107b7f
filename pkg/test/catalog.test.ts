// The file of the lists: what of it reaches the engine, and what is said of the rest.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser } from "playwright-core";

import { bundle, executablePath, launch, serve } from "./browser.js";
import { load } from "../ts/catalog.js";
import { stub } from "./hands.js";

const hex = (bytes?: Uint8Array) => bytes && Buffer.from(bytes).toString("hex");

describe("catalogue: its lines as stored bytes", () => {
  // A list is 04, then how many; a map 05, how many, and each name before its value.
  for (const [lines, bytes, wrong] of [
    ["", "0400"],
    ["{}", "04010500"],
    [`{"a":null}`, "04010501016100"],
    [`{"a":true}\r\n\r\n{"b":false}\n`, "0402050101610101" + "0501016201" + "00"],
    [`{"a":1.5}`, "040105010161" + "02000000000000f83f"],
    [`{"é":"ü😀"}`, "04010501" + "02c3a9" + "0306c3bcf09f9880"],
    [`{"a":[1,{"b":""}]}`, "040105010161" + "0402" + "02000000000000f03f" + "05010162" + "0300"],
    [`{"__proto__":1}`, "04010501" + "095f5f70726f746f5f5f" + "02000000000000f03f"],
    [`{"a":"${"x".repeat(200)}"}`, "040105010161" + "03c801" + "78".repeat(200)],
    [`1\n{}\n[]`, "04010500", "/f: line 1 is no JSON object"],
    [`{}\n{"a":`, "04010500", "/f: line 2 is no JSON object"],
    [`{"a":${"[".repeat(20)}${"]".repeat(20)}}`, "040105010161" + "0401".repeat(14) + "00"],
  ] as [string, string, string?][]) {
    test(JSON.stringify(lines.slice(0, 40)), async (t) => {
      stub(t, { fetch: async () => new Response(lines) });
      const found = await load("/f");
      assert.deepEqual([hex(found.bytes), found.wrong], [bytes, wrong]);
    });
  }

  test("more than ten thousand items", async (t) => {
    stub(t, { fetch: async () => new Response("{}\n".repeat(10_001)) });
    const { bytes, wrong } = await load("/f");
    assert.equal(hex(bytes), "04904e" + "0500".repeat(10_000));
    assert.match(wrong!, /10001 items, the first 10000 are used/);
  });

  for (const [what, fetch, wrong] of [
    ["larger than it may be", async () => new Response(" ".repeat(4 * 1024 * 1024 + 1)), "/f: over 4 MiB"],
    ["not there", async () => new Response("", { status: 404 }), "/f: 404"],
    ["no network", () => Promise.reject(new TypeError("offline")), "/f: no answer"],
  ] as [string, () => Promise<Response>, string][]) {
    test(what, async (t) => {
      stub(t, { fetch });
      assert.deepEqual(await load("/f"), { wrong });
    });
  }

  test("it is asked for without saying who asks, and not waited for without end", async (t) => {
    const asked: [string, RequestInit][] = [];
    const waits: number[] = [];
    const over = AbortSignal.abort();
    t.mock.method(AbortSignal, "timeout", (ms: number) => (waits.push(ms), over));
    stub(t, { fetch: async (from: string, { signal, ...more }: RequestInit) => {
      asked.push([from, more]);
      signal!.throwIfAborted();
      return new Response("");
    } });
    assert.deepEqual(await load("/f"), { wrong: "/f: no answer" });
    assert.deepEqual(asked, [["/f", { credentials: "omit", referrerPolicy: "no-referrer" }]]);
    assert.deepEqual(waits, [20_000]);
  });
});

describe("catalogue: an item in the page's template", { skip: executablePath ? false : "Chromium is not installed" }, () => {
  let browser: Browser;
  let server: { origin: string; close(): void };

  before(async () => {
    const script = (await bundle("pkg/test/catalog.page.ts", "iife")).trim();
    server = await serve((_, answer) => {
      answer.writeHead(200, { "content-type": "text/html" });
      answer.end(`<!doctype html><body><script>${script}</script>`);
    });
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });

  const item = { t: `"<b>&`, n: 4, u: "/a?b=1", js: " java\nscript:x", data: "data:x", web: "HTTPS://a.example/", deep: { t: "in" }, no: null, list: [1], tag: "{{item.n}}" };
  for (const [attributes, inside, expected] of [
    [[["title", "{{item.n}} of {{item.deep.t}}"]], "{{ item.t }}", `<a title="4 of in">"&lt;b&gt;&amp;<style>{{ item.t }}</style></a>`],
    [[["href", "{{item.u}}"]], "{{item.deep.t}} {{item.no | \"none\"}} {{item.list}} {{item.gone}}.", `<a href="/a?b=1">in none  .<style>{{item.deep.t}} {{item.no | "none"}} {{item.list}} {{item.gone}}.</style></a>`],
    [[["href", "{{item.web}}"]], "{{item.tag}}", `<a href="HTTPS://a.example/">{{item.n}}<style>{{item.tag}}</style></a>`],
    [[["href", "{{item.js}}"], ["src", "{{item.data}}"], ["srcset", "/a 1x, {{item.js}} 2x"]], "", "<a><style></style></a>"],
    [[["onclick", "f('{{item.t}}')"], ["style", "color:{{item.t}}"], ["srcdoc", "{{item.t}}"]], "", "<a><style></style></a>"],
    // What the page wrote itself is the page's.
    [[["onclick", "f()"], ["href", "javascript:f()"]], "{{own}} {{item.constructor}}{{item.t.length}}", `<a onclick="f()" href="javascript:f()">{{own}} <style>{{own}} {{item.constructor}}{{item.t.length}}</style></a>`],
  ] as [[string, string][], string, string][]) {
    test(expected, async () => {
      const tab = await browser.newPage();
      await tab.goto(server.origin);
      assert.deepEqual(await tab.evaluate(([attributes, inside, item]) => (window as any).run(attributes, inside, item), [attributes, inside, item] as const), [expected, true]);
      await tab.close();
    });
  }
});
