import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";

import * as hands from "../ts/hands.js";
import { stub, fail } from "./hands.js";

describe("inert", () => {
  /** A document whose body keeps what it is given. */
  const page = (t: TestContext, members: object = {}, trustedTypes?: object) => {
    const body: any = { ...members };
    stub(t, { document: { implementation: { createHTMLDocument: () => ({ body }) } }, trustedTypes });
    return body;
  };

  for (const [html, expected = html] of [
    ["<a href=/shop/on-sale>on sale</a>"],
    ["<img src=/styles/a.png alt=on>"],
    ["<p>5 < 6 only today</p>"],
    ["<p>a <3 on style=x > on</p>"],
    ["<p title=\"on style=x > onclick=y\" lang='onclick=x'>on = style</p>"],
    ["<p title = on data-on=1 data-style=styled>it's on</p>"],
    ["<ol start=1><li>on</li></ol>"],
    ["<a title=it's href=/on>that's on style=x</a>"],
    ["<br/>on<hr/>"],
    ["on <b"],
    ["<p onclick=x()>a</p>", "<p x-onclick=x()>a</p>"],
    ["<p ONCLICK = \"a > b\" Style='c'>a</p>", "<p x-ONCLICK = \"a > b\" x-Style='c'>a</p>"],
    ["<img/onerror=x()/src=y>", "<img/x-onerror=x()/src=y>"],
    ["<img src=\"a\"onerror=x()>", "<img src=\"a\"x-onerror=x()>"],
    ["<img alt=it's onerror=x>", "<img alt=it's x-onerror=x>"],
    ["<p = onclick=x>a</p>", "<p = x-onclick=x>a</p>"],
    ["<p\n\tonclick\n=\nx>a</p>", "<p\n\tx-onclick\n=\nx>a</p>"],
    ["<a=\" onclick=x b=\">a", "<a=\" x-onclick=x b=\">a"],
    ["<p hidden onclick>a</p>", "<p hidden x-onclick>a</p>"],
    ["<style>p{}</style>", "<x-style>p{}</x-style>"],
    ["<svg><STYLE media=on>p{}</STYLE ></svg>", "<svg><x-STYLE media=on>p{}</x-STYLE ></svg>"],
    ["<one-more on=1>a</one-more>", "<x-one-more x-on=1>a</x-one-more>"],
  ] as [string, string?][]) {
    test(`unarmed: ${html.replace(/\s/g, " ")}`, (t) => {
      const body = page(t);
      assert.equal(hands.inert(html), body);
      assert.equal(body.innerHTML, expected);
    });
  }

  test("unarmed: a long tag that never ends does", (t) => {
    const body = page(t);
    const html = `<a ${'="" = x=\' '.repeat(5_000)}`;
    hands.inert(html);
    assert.equal(body.innerHTML, html);
  });

  test("a browser with setHTML", (t) => {
    const given: unknown[] = [];
    const body = page(t, { setHTML: (...all: unknown[]) => given.push(all) });
    assert.equal(hands.inert("<p onclick=x>"), body);
    assert.deepEqual(given, [["<p x-onclick=x>", { sanitizer: {} }]]);
    assert.equal("innerHTML" in body, false);
  });

  test("trusted types: nothing where the policy is refused, one policy where it is not", (t) => {
    page(t, {}, { createPolicy: () => fail("TypeError") });
    assert.equal(hands.inert("<p>"), undefined);
    const made: string[] = [];
    const createPolicy = (name: string, { createHTML }: any) => (made.push(name), { createHTML: (html: string) => ({ trusted: createHTML(html) }) });
    for (const html of ["<p>", "<b>"]) {
      const body = page(t, {}, { createPolicy });
      hands.inert(html);
      assert.deepEqual(body.innerHTML, { trusted: html });
    }
    assert.deepEqual(made, ["vitrine"]);
  });

  test("where nobody may parse", (t) => {
    stub(t, { document: { implementation: { createHTMLDocument: () => fail() } } });
    assert.equal(hands.inert("<p>"), undefined);
  });
});
