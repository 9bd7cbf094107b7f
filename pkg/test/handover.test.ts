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

  const text = ["", "h1", "replaceChildren", "x"];
  const attribute = ["", null, "setAttribute", "data-x", "1"];
  const both = [text, attribute];
  const added = [["classList", "p", "add", "a", "b"]];
  const styled = [["style", "i", "setProperty", "top", "1px", ""]];
  // The title, the row's operations, what the page does, the slot after undo; whether it was intact, and nothing newer was left.
  const rows: [string, unknown[][], string, string, boolean, boolean][] = [
    ["is undone exactly, and once", both, "", page("Own"), true, true],
    ["two values of one attribute, newest first", [attribute, ["", null, "setAttribute", "data-x", "2"]], "", page("Own"), true, true],
    ["two texts of one element", [text, ["", "h1", "replaceChildren", "y"]], "", page("Own"), true, true],
    ["an order", [["an order", null, "prepend", "i", "p"]], "", page("Own"), true, true],
    ["added and removed classes", [...added, ["classList", "p", "remove", "a"]], "", page("Own"), true, true],
    ["classes as an attribute", [["", "p", "setAttribute", "class", "a b"]], "", page("Own"), true, true],
    ["styles, to the letter", [...styled, ["style", "i", "setProperty", "color", "red", "important"]], "", page("Own"), true, true],
    ["keeps the page's newer text", both, "text", page("Page's"), false, false],
    ["keeps the page's newer text in the node that was ours", both, "data", page("Page's"), false, false],
    ["keeps the page's newer element", both, "replaced", page("Page's"), false, true],
    ["keeps the page's newer attribute, undoes the rest", both, "attribute", page("Own", ' data-x="page"'), false, false],
    ["keeps the page's newer class, undoes its own", added, "class", page("Own", "", ' class="page"'), false, false],
    ["keeps the page's newer style, undoes its own", styled, "style", page("Own").replace("top:0; left:0", "top: 0px; left: 9px;"), false, false],
    ["keeps the page's newer value of a style", styled, "style too", page("Own").replace("top:0; left:0", "top: 9px; left: 0px;"), false, false],
    ["does not mind what it never touched", [text], "unrelated", page("Own", "", ' title="page"'), true, true],
  ];
  for (const [title, ops, change, expected, intact, clean] of rows)
    for (const early of change ? [false, true] : [false])
      test(early ? `${title}, before it was handed over` : title, async () => {
        const tab = await browser.newPage();
        await tab.goto(server.origin);
        assert.deepEqual(await tab.evaluate((given) => (window as any).run(...given), [ops, change, early] as const), [expected, intact, clean]);
        await tab.close();
      });
});
