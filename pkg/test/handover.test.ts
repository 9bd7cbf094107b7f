import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser } from "playwright-core";

import { bundle, executablePath, launch, policy, serve } from "./browser.js";

const page = (h1: string, attributes = "", p = "") => `<section${attributes}><h1>${h1}</h1><p${p}>rest</p></section>`;

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
    ["is undone exactly, and once", [["text", "h1", "x"], ["attribute", null, "data-x", "1"]], "", page("Own")],
    ["two values of one attribute, newest first", [["attribute", null, "data-x", "1"], ["attribute", null, "data-x", "2"]], "", page("Own")],
    ["added and removed classes", [["class", "p", ["a", "b"], ["a"]]], "", page("Own")],
    ["keeps the page's newer text", [["text", "h1", "x"], ["attribute", null, "data-x", "1"]], "text", page("Page's")],
    ["keeps the page's newer attribute, undoes the rest", [["text", "h1", "x"], ["attribute", null, "data-x", "1"]], "attribute", page("Own", ' data-x="page"')],
    ["does not mind what it never touched", [["text", "h1", "x"]], "unrelated", page("Own", "", ' title="page"')],
  ] as [string, unknown[][], string, string][]) {
    test(title, async () => {
      const tab = await browser.newPage();
      await tab.goto(server.origin);
      assert.equal(await tab.evaluate(([ops, change]) => (window as any).run(ops, change), [ops, change] as const), expected);
      await tab.close();
    });
  }
});
