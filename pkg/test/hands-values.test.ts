import assert from "node:assert/strict";
import { describe, mock, test } from "node:test";

import * as hands from "../ts/hands.js";
import { stub, clock, told, soon, fail, hostile } from "./hands.js";

describe("one value", () => {
  for (const [title, run, expected] of [
    ["get: a member", () => hands.get({ a: 0 }, "a"), 0],
    ["get: a member's member", () => hands.get(hostile, "c.d"), 1],
    ["get: none", () => hands.get({}, "a"), undefined],
    ["get: of none", () => hands.get({}, "a.b.c"), undefined],
    ["get: of nothing", () => hands.get(null, "a"), undefined],
    ["get: throws", () => hands.get(hostile, "a"), undefined],
    ["at: of the window", () => hands.at("Math.PI"), Math.PI],
    ["at: none", () => hands.at("no.such"), undefined],
    ["call", () => hands.call([3, 1], "at", [-1]), 1],
    ["call: several values", () => hands.call("abc", "slice", [1, 2]), "b"],
    ["call: throws", () => hands.call(hostile, "b", []), undefined],
    ["call: none", () => hands.call({}, "b", []), undefined],
    ["call: of nothing", () => hands.call(undefined, "b", []), undefined],
    ["run: throws", () => hands.run(hostile, "b"), undefined],
    ["ask", () => hands.ask("abc", "indexOf", "c"), 2],
    ["works", () => hands.works(hostile, "falsy", []), true],
    ["works: throws", () => hands.works(hostile, "b", []), false],
    ["works: none", () => hands.works({}, "b", []), false],
    ["put: throws", () => hands.put(hostile, "a", 1), false],
    ["put: of a frozen object", () => hands.put(Object.freeze({ a: 0 }), "a", 1), false],
    ["put: of nothing", () => hands.put(undefined, "a", 1), false],
    ["make: none", () => hands.make("NoSuchClass", []), undefined],
    ["make: throws", () => hands.make("URL", ["not one"]), undefined],
    ["make", () => hands.make("URL", ["/a", "https://b"]).href, "https://b/a"],
    ["items", () => hands.items(new Set([1, 2])), [1, 2]],
    ["items: of nothing", () => hands.items(undefined as any), []],
    ["items: of what has none", () => hands.items({} as any), []],
    ["named: what is undefined is left out", () => hands.named("a b c", [0, undefined, null]), { a: 0, c: null }],
    ["json: throws", () => hands.json(Object.assign([], { toJSON: fail })), ""],
    ["json: nothing", () => hands.json(undefined), ""],
    ["parse", () => hands.parse('{"a":1}'), { a: 1 }],
    ["parse: no JSON", () => hands.parse("{"), undefined],
    ["size: bytes, not letters", () => hands.size("é"), 4],
    ["bytes: of anything else", () => hands.bytes([1]), undefined],
    ["iso", () => hands.iso(0), "1970-01-01T00:00:00.000Z"],
    ["iso: of no instant", () => hands.iso(NaN), ""],
    ["answer: throws", () => hands.answer(fail, []), false],
    ["answer: no function", () => hands.answer(undefined as any, []), false],
    ["tell: throws", () => hands.tell(fail, []), undefined],
    ["listen: of nothing", () => hands.listen(undefined, "a", fail, AbortSignal.abort()), undefined],
  ] as [string, () => unknown, unknown][]) {
    test(title, () => assert.deepEqual(run(), expected));
  }

  test("put: sets", () => {
    const of = { a: 0 };
    assert.equal(hands.put(of, "a", 1), true);
    assert.equal(of.a, 1);
  });

  test("object: names are own members, whatever they are", () => {
    const made: any = hands.object(["a", 1, "__proto__", { admin: true }, "constructor", undefined]);
    assert.deepEqual(Object.keys(made), ["a", "__proto__", "constructor"]);
    assert.equal(Object.getPrototypeOf(made), Object.prototype);
    assert.equal(made.admin, undefined);
    assert.deepEqual(Object.getOwnPropertyDescriptor(made, "__proto__")?.value, { admin: true });
  });

  test("copy: is another's memory", () => {
    const memory = new Uint8Array([1, 2]);
    const kept = hands.copy(memory);
    memory.fill(0);
    assert.deepEqual(kept, new Uint8Array([1, 2]));
    assert.equal(hands.bytes(kept), kept);
  });
});

describe("random", () => {
  for (const [title, crypto] of [
    ["without crypto", undefined],
    ["without getRandomValues", {}],
    ["where it throws", { getRandomValues: fail }],
    ["where it answers nothing", { getRandomValues: () => undefined }],
  ] as const) {
    test(`${title}: none, not zeroes`, (t) => {
      stub(t, { crypto });
      assert.deepEqual(hands.random(16), new Uint8Array());
    });
  }

  test("as many as asked, others each time", () => {
    const [one, other] = [hands.random(32), hands.random(32)];
    assert.equal(one.length, 32);
    assert.notDeepEqual(one, other);
  });
});

describe("time", () => {
  for (const [asked, given] of [[250, 250], [-5, 0], [2 ** 31 - 1, 2 ** 31 - 1], [2 ** 31, 2 ** 31 - 1], [1e15, 2 ** 31 - 1]] as const) {
    test(`a timer of ${asked} ms waits ${given}`, (t) => {
      const { pending } = clock(t);
      hands.timer(asked, () => {});
      assert.deepEqual([...pending.values()], [given]);
    });
  }

  test("a zone that cannot be told is UTC", (t) => {
    assert.equal(hands.zone(0), new Date(0).getTimezoneOffset());
    stub(t, { Date: class { getTimezoneOffset = fail; } });
    assert.equal(hands.zone(0), 0);
  });
});

describe("promises", () => {
  for (const [title, promise, expected] of [
    ["kept", () => Promise.resolve(1), 1],
    ["refused", () => Promise.reject(new Error()), undefined],
    ["none", () => 1, 1],
    ["one of the page's own", () => ({ then: fail }), undefined],
  ] as [string, () => unknown, unknown][]) {
    test(`wait: ${title}`, async () => {
      const { calls, then } = told();
      hands.wait(promise(), then);
      assert.deepEqual(calls, [], "never at once");
      await soon();
      assert.deepEqual(calls, [expected]);
    });
  }

  test("answer: refused is false", async () => {
    assert.equal(await hands.answer(async () => fail(), []), false);
    assert.equal(await hands.answer(async (a, b) => [a, b].join(), ["x", "y"]), "x,y");
  });

  test("pending: is kept when it is said", async () => {
    const { promise, give } = hands.pending() as any;
    give(7);
    assert.equal(await promise, 7);
  });

  test("listen: before the page's own, without holding it up, until the signal", (t) => {
    const { calls, then } = told();
    const [target, end] = [new EventTarget(), new AbortController()];
    const add = t.mock.method(target, "addEventListener");
    hands.listen(target, "a", then, end.signal);
    assert.deepEqual(add.mock.calls[0]!.arguments[2], { capture: true, passive: true, signal: end.signal });
    target.dispatchEvent(new Event("a"));
    end.abort();
    target.dispatchEvent(new Event("a"));
    assert.equal(calls.length, 1);
  });
});

describe("the page", () => {
  const location = { origin: "https://shop", pathname: "/a", host: "shop", search: "?utm_source=x&utm_source=y&utm_medium=&utm_id=1&xutm_id=2&token=secret" };
  const document = { title: "A", referrer: "https://elsewhere/path?q=secret" };
  const device = { navigator: { language: "de" }, innerWidth: 800, innerHeight: 600, screen: { width: 800, height: 1200 } };
  const page = { path: "/a", title: "A", url: "https://shop/a" };
  const pointer = (matches: boolean) => () => ({ matches });
  const before = { page, query: { utm_source: "x", utm_medium: "", utm_id: "1" } };
  const seen = (host: string, kind: string) => ({
    ...before, language: "de", referrer: { host }, viewport: { width: 800, height: 600 }, device: { class: kind },
  });

  for (const [title, granted, given, expected] of [
    ["nothing of the device before a grant", false, { navigator: undefined, matchMedia: fail }, before],
    ["the device", true, {}, seen("elsewhere", "desktop")],
    ["a tablet", true, { matchMedia: pointer(true) }, seen("elsewhere", "tablet")],
    ["the smallest tablet", true, { matchMedia: pointer(true), screen: { width: 1000, height: 600 } }, seen("elsewhere", "tablet")],
    ["a phone", true, { matchMedia: pointer(true), screen: { width: 1000, height: 599 } }, seen("elsewhere", "mobile")],
    ["a browser without media queries", true, { matchMedia: fail, screen: undefined }, seen("elsewhere", "desktop")],
    ["who came from the site itself", true, { document: { ...document, referrer: "https://shop/b" } }, seen("", "desktop")],
    ["who came from nowhere", true, { document: { ...document, referrer: "" } }, seen("", "desktop")],
    ["a form called title", false, { document: { title: {} } }, { ...before, page: { ...page, title: "" } }],
    ["a page that hides its title", false, { document: { get title() { return fail(); } } }, { ...before, page: undefined }],
    ["a page that hides its address", false, { location: undefined }, undefined],
    ["a browser that hides its language", true, { navigator: { get language() { return fail(); } } }, undefined],
  ] as [string, boolean, object, unknown][]) {
    test(`facts: ${title}`, (t) => {
      stub(t, { location, document, matchMedia: pointer(false), ...device, ...given });
      assert.deepEqual(hands.facts(granted), expected);
    });
  }

  test("page", (t) => {
    stub(t, { location, document });
    assert.deepEqual(hands.page(), page);
    stub(t, { location: undefined });
    assert.equal(hands.page(), undefined);
  });
});
