import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser } from "playwright-core";

import { bundle, executablePath, launch, policy, serve } from "./browser.js";

const page = (h1: string, attributes = "", p = "") => `<section${attributes}><h1>${h1}</h1><p${p}>rest</p><i style="top:0; left:0">i</i></section>`;

describe("a row that the core took over", { skip: executablePath ? false : "Chromium is not installed" }, () => {
  let browser: Browser;
  let server: { origin: string; close(): void };

  before(async () => {
    const script = (await bundle("pkg/test/handover.page.ts", "iife")).trim();
    server = await serve((_, answer) => {
      answer.writeHead(200, { "content-type": "text/html", "content-security-policy": policy(script) });
      answer.end(`<!doctype html><body>${page("Own")}<script>${script}</script>`);
    });
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });

  for (const [title, ops, change, expected] of [
    ["is undone exactly, and once", [["", "h1", "replaceChildren", "x"], ["", null, "setAttribute", "data-x", "1"]], "", page("Own")],
    ["two values of one attribute, newest first", [["", null, "setAttribute", "data-x", "1"], ["", null, "setAttribute", "data-x", "2"]], "", page("Own")],
    ["added and removed classes", [["classList", "p", "add", "a", "b"], ["classList", "p", "remove", "a"]], "", page("Own")],
    ["styles, to the letter", [["style", "i", "setProperty", "top", "1px", ""], ["style", "i", "setProperty", "color", "red", "important"]], "", page("Own")],
    ["keeps the page's newer text", [["", "h1", "replaceChildren", "x"], ["", null, "setAttribute", "data-x", "1"]], "text", page("Page's")],
    ["keeps the page's newer attribute, undoes the rest", [["", "h1", "replaceChildren", "x"], ["", null, "setAttribute", "data-x", "1"]], "attribute", page("Own", ' data-x="page"')],
    ["does not mind what it never touched", [["", "h1", "replaceChildren", "x"]], "unrelated", page("Own", "", ' title="page"')],
  ] as [string, unknown[][], string, string][]) {
    test(title, async () => {
      const tab = await browser.newPage();
      await tab.goto(server.origin);
      assert.equal(await tab.evaluate(([ops, change]) => (window as any).run(ops, change), [ops, change] as const), expected);
      await tab.close();
    });
  }
});
