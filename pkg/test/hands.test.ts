import assert from "node:assert/strict";
import { describe, mock, test, type TestContext } from "node:test";

import * as hands from "../ts/hands.js";

const undone = new WeakMap<TestContext, (() => void)[]>();

/** At the test's end, the last first. */
function undo(t: TestContext, run: () => void): void {
  const all = undone.get(t) ?? [];
  if (!all.length) t.after(() => all.forEach((run) => run()));
  undone.set(t, all);
  all.unshift(run);
}

/** Puts these in the place of what the page has, until the test ends. */
function stub(t: TestContext, members: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(members)) {
    const own = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    undo(t, () => void (own ? Object.defineProperty(globalThis, name, own) : delete (globalThis as any)[name]));
  }
}

/** Time that passes when it is told to; `pending` are the timers that are neither over nor cleared. */
function clock(t: TestContext) {
  mock.timers.enable({ apis: ["setTimeout"] });
  undo(t, () => mock.timers.reset());
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  const pending = new Map<unknown, number>();
  stub(t, {
    setTimeout: (run: () => void, ms: number) => {
      const id = set(() => (pending.delete(id), run()), ms);
      pending.set(id, ms);
      return id;
    },
    clearTimeout: (id: any) => (pending.delete(id), clear(id)),
  });
  return { pending, tick: (ms: number) => mock.timers.tick(ms) };
}

/** What a function of the engine's was called with. */
function told() {
  const calls: unknown[] = [];
  return { calls, then: (value?: unknown) => void calls.push(value) };
}

const soon = () => new Promise((resolve) => setImmediate(resolve));
const fail = (name: unknown = "Error"): never => {
  throw Object.assign(new Error("of the page"), { name });
};
const hostile = { get a() { return fail(); }, set a(_: unknown) { fail(); }, b() { return fail(); }, falsy: () => 0, c: { d: 1 } };

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
    ["entries: in turn, lists stay lists", () => hands.entries({ a: [1, [2]], b: null }), ["a", [1, [2]], "b", null]],
    ["entries: throws", () => hands.entries(hostile), []],
    ["entries: of nothing", () => hands.entries(undefined as any), []],
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

describe("request", () => {
  const signal = new AbortController().signal;
  const ask = async (t: TestContext, fetch: (...given: any[]) => unknown, given: object = {}) => {
    const { method, token, body, stream } = { method: "POST", token: "", body: {}, stream: false, ...given };
    const { calls, then } = told();
    stub(t, { fetch });
    hands.request(method, "/v1/x", "no-store", signal, token, body, stream, then);
    assert.deepEqual(calls, [], "never at once");
    await soon();
    assert.equal(calls.length, 1, "answers once");
    return calls[0] as any;
  };

  const letters = (n: number, letter = "x") => ({ a: letter.repeat(n) });
  const most = 60 * 1024 - '{"a":""}'.length;
  const round: any = {};
  round.round = round;
  for (const [title, given, expected] of [
    ["reads without a referrer", { method: "GET", body: undefined }, { method: "GET", referrerPolicy: "no-referrer", body: undefined, keepalive: false }],
    ["writes JSON from an origin", { body: { a: 1 } }, { method: "POST", referrerPolicy: "strict-origin", body: '{"a":1}', keepalive: true }],
    ["says who asks only where it must", { token: "T" }, { headers: { authorization: "Bearer T" } }],
    ["is not kept alive where it is too long", { body: letters(most + 1) }, { keepalive: false }],
    ["is kept alive at 60 KiB", { body: letters(most) }, { keepalive: true }],
    ["counts bytes, not letters", { body: letters(most / 2 + 1, "é") }, { keepalive: false }],
    ["is kept alive at 60 KiB of other letters", { body: letters(most / 2, "é") }, { keepalive: true }],
    ["sends nothing of what is no JSON", { body: round }, { body: "", keepalive: false }],
  ] as [string, object, object][]) {
    test(`asking: ${title}`, async (t) => {
      let asked: any;
      await ask(t, async (...given) => ((asked = given), new Response("{}")), given);
      const [url, init] = asked;
      assert.equal(url, "/v1/x");
      assert.deepEqual(init, { ...init, credentials: "omit", cache: "no-store", signal, headers: {}, ...expected });
    });
  }

  const reply = (status: number, body: string | null, headers = {}) => async () => new Response(body, { status, headers });
  for (const [title, fetch, stream, expected] of [
    ["JSON", reply(200, '{"a":1}'), false, [200, null, { a: 1 }]],
    ["no content", reply(204, null), false, [204, null, null]],
    ["no JSON", reply(200, "<html>"), false, [200, null, null]],
    ["a refusal, with why", reply(409, '{"error":{}}'), false, [409, null, { error: {} }]],
    ["an error, without", reply(503, '{"a":1}'), false, [503, null, null]],
    ["when to try again", reply(429, "{}", { "retry-after": "7" }), false, [429, 7_000, {}]],
    ["at once", reply(503, "", { "retry-after": "0" }), false, [503, 0, null]],
    ["at a date, which is not read", reply(503, "", { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" }), false, [503, null, null]],
    ["a stream that is refused", reply(401, '{"a":1}'), true, [401, null, { a: 1 }]],
    ["a stream without a body", reply(204, null), true, [204, null, null]],
    ["no network", () => Promise.reject(new TypeError("Failed to fetch")), false, undefined],
    ["a page that broke fetch", () => fail(), false, undefined],
    ["a page whose fetch answers nothing", () => undefined, false, undefined],
  ] as [string, () => unknown, boolean, unknown][]) {
    test(`answer: ${title}`, async (t) => assert.deepEqual(await ask(t, fetch, { stream }), expected));
  }

  test("answer: a stream", async (t) => {
    const [status, after, body] = await ask(t, reply(200, "data: 1"), { stream: true });
    assert.deepEqual([status, after], [200, null]);
    assert.equal(new TextDecoder().decode((await body.getReader().read()).value), "data: 1");
  });
});

describe("bundle", () => {
  const ok = (text: string) => () => Promise.resolve(new Response(text));
  const [gone, refused, broken] = [
    () => Promise.resolve(new Response("", { status: 404 })),
    () => Promise.reject(new Error()),
    () => Promise.resolve({ status: 200, arrayBuffer: () => Promise.reject(new Error()) }),
  ];
  for (const [title, begun, network, cache, asked, expected] of [
    ["what was begun", ok("begun"), ok("network"), ok("cache"), [], "begun"],
    ["nothing was begun", () => undefined, ok("network"), ok("cache"), ["default"], "network"],
    ["what was begun is gone", gone, ok("network"), ok("cache"), ["default"], "network"],
    ["what was begun failed", refused, ok("network"), ok("cache"), ["default"], "network"],
    ["what was begun ended midway", broken, ok("network"), ok("cache"), ["default"], "network"],
    ["no network", refused, refused, ok("cache"), ["default", "force-cache"], "cache"],
    ["a backend that is down", gone, gone, ok("cache"), ["default", "force-cache"], "cache"],
    ["a page that broke fetch", refused, () => fail(), ok("cache"), ["default", "force-cache"], "cache"],
    ["nothing anywhere", refused, refused, refused, ["default", "force-cache"], undefined],
  ] as [string, () => unknown, () => unknown, () => unknown, string[], string | undefined][]) {
    test(title, async (t) => {
      const caches: string[] = [];
      stub(t, {
        fetch: (url: string, { cache: mode, ...rest }: RequestInit) => {
          assert.deepEqual([url, rest], ["/b", { credentials: "omit", referrerPolicy: "no-referrer" }]);
          caches.push(mode!);
          return mode == "default" ? network() : cache();
        },
      });
      const { calls, then } = told();
      await hands.bundle(begun(), "/b", then);
      assert.deepEqual(caches, asked);
      assert.deepEqual(calls.map((bytes) => bytes && new TextDecoder().decode(bytes as Uint8Array)), [expected]);
    });
  }
});

describe("chunk", () => {
  const never = () => new Promise(() => {});
  for (const [title, reader, expected] of [
    ["bytes", { read: async () => ({ done: false, value: new Uint8Array([1]) }) }, new Uint8Array([1])],
    ["the end", { read: async () => ({ done: true, value: undefined }) }, undefined],
    ["a stream that breaks", { read: () => Promise.reject(new Error()) }, undefined],
    ["a reader that throws", { read: () => fail() }, undefined],
    ["no reader", undefined, undefined],
  ] as [string, any, unknown][]) {
    test(title, async (t) => {
      const { pending } = clock(t);
      const { calls, then } = told();
      hands.chunk(reader, 1_000, then);
      assert.deepEqual(calls, [], "never at once");
      await soon();
      assert.deepEqual(calls, [expected]);
      assert.equal(pending.size, 0, "nothing waits any more");
    });
  }

  test("silence", async (t) => {
    const { tick } = clock(t);
    const { calls, then } = told();
    hands.chunk({ read: never }, 1_000, then);
    tick(999);
    await soon();
    assert.deepEqual(calls, []);
    tick(1);
    await soon();
    assert.deepEqual(calls, [undefined]);
  });
});

describe("open and erase", () => {
  /** A browser's database that opens when it is told to. */
  function browser(t: TestContext) {
    const request: any = {};
    const db: any = { stores: [] as unknown[], closed: 0 };
    db.close = () => void db.closed++;
    db.createObjectStore = (...given: unknown[]) => db.stores.push(given);
    const asked: unknown[] = [];
    const ask = (...given: unknown[]) => (asked.push(given), request);
    stub(t, { indexedDB: { open: ask, deleteDatabase: ask } });
    const opens = () => ((request.result = db), request.onsuccess());
    const refuses = (error: unknown) => ((request.error = error), request.onerror());
    return { request, db, asked, opens, refuses };
  }

  test("opens, makes its stores, answers it", (t) => {
    const { pending, tick } = clock(t);
    const { request, db, asked, opens } = browser(t);
    const [answer, lost] = [told(), told()];
    hands.open("vt:a", answer.then, lost.then);
    assert.deepEqual(asked, [["vt:a", 1]]);
    request.result = db;
    request.onupgradeneeded();
    assert.deepEqual(db.stores, [["log", { autoIncrement: true }], ["meta"]]);
    assert.deepEqual(answer.calls, []);
    opens();
    assert.deepEqual(answer.calls, [db]);
    assert.equal(pending.size, 0, "nothing waits any more");
    tick(10_000);
    assert.deepEqual([answer.calls.length, db.closed, lost.calls.length], [1, 0, 0]);
    db.onclose(new Event("close"));
    assert.deepEqual([lost.calls, answer.calls.length, db.closed], [[undefined], 1, 0]);
    db.onversionchange();
    assert.equal(db.closed, 1, "does not stand in another tab's way");
    assert.equal(lost.calls.length, 1);
  });

  for (const [title, error, expected] of [
    ["a newer version's", { name: "VersionError" }, "VersionError"],
    ["no room", { name: "QuotaExceededError" }, "QuotaExceededError"],
    ["an error that says nothing", null, undefined],
  ] as const) {
    for (const [name, ask] of [["open", hands.open], ["erase", hands.erase]] as const)
      test(`${name}: ${title}`, (t) => {
        const { pending } = clock(t);
        const { refuses } = browser(t);
        const { calls, then } = told();
        ask("vt:a", then, () => fail());
        refuses(error);
        assert.deepEqual(calls, [expected]);
        assert.equal(pending.size, 0, "nothing waits any more");
      });
  }

  for (const [title, indexedDB] of [
    ["where there is none", undefined],
    ["where it is forbidden", { open: () => fail("SecurityError"), deleteDatabase: () => fail("SecurityError") }],
  ] as const) {
    for (const [name, ask] of [["open", hands.open], ["erase", hands.erase]] as const)
      test(`${name}: ${title}`, async (t) => {
        stub(t, { indexedDB });
        const { calls, then } = told();
        ask("vt:a", then, () => fail());
        assert.deepEqual(calls, [], "never at once");
        await soon();
        assert.deepEqual(calls, [undefined]);
      });
  }

  test("open: one that comes too late is closed", (t) => {
    const { tick } = clock(t);
    const { db, opens } = browser(t);
    const [answer, lost] = [told(), told()];
    hands.open("vt:a", answer.then, lost.then);
    tick(2_999);
    assert.deepEqual(answer.calls, []);
    tick(1);
    assert.deepEqual(answer.calls, [undefined]);
    opens();
    assert.equal(db.closed, 1);
    assert.deepEqual([answer.calls.length, lost.calls.length], [1, 0]);
  });

  test("open: a refusal that comes too late is no second answer", (t) => {
    const { tick } = clock(t);
    const { refuses } = browser(t);
    const { calls, then } = told();
    hands.open("vt:a", then, () => fail());
    tick(3_000);
    refuses({ name: "AbortError" });
    assert.deepEqual(calls, [undefined]);
  });

  test("erase: done, or given up once", (t) => {
    const { tick, pending } = clock(t);
    const { request, asked } = browser(t);
    const [done, late] = [told(), told()];
    hands.erase("vt:a", done.then);
    request.onsuccess();
    assert.deepEqual([done.calls, pending.size], [[true], 0]);
    hands.erase("vt:a", late.then);
    tick(3_000);
    request.onsuccess();
    assert.deepEqual(late.calls, [undefined]);
    assert.deepEqual(asked, [["vt:a"], ["vt:a"]]);
  });
});

/** As much of IndexedDB as one transaction needs: it runs what it is asked in order, and takes everything back when it aborts. */
class Database {
  stores: Record<string, Map<unknown, unknown>> = { log: new Map(), meta: new Map() };
  closed = false;
  /** What a handler threw: a browser reports it to the page. */
  reported: unknown[] = [];
  /** The browser takes the transaction down when it has run this many requests. */
  dies = Infinity;

  transaction(names: string[], mode: string): any {
    if (this.closed) fail("InvalidStateError");
    const before = Object.entries(this.stores).map(([name, store]) => [name, new Map(store)] as const);
    const queue: { request: any; act: () => unknown }[] = [];
    let over = false;
    let ran = 0;
    const open: any = {
      abort: () => {
        if (over) fail("InvalidStateError");
        over = true;
        this.stores = Object.fromEntries(before);
        setImmediate(() => open.onabort?.());
      },
      objectStore: (name: string) => {
        if (over) fail("InvalidStateError");
        const at = names.includes(name) && mode == "readwrite" ? this.stores[name]! : fail("NotFoundError");
        const ask = (act: () => unknown) => {
          let state: { result: unknown } | undefined;
          const request = { get result() { return (state ?? fail("InvalidStateError")).result; }, onsuccess: undefined };
          queue.push({ request, act: () => (state = { result: act() }) });
          return request;
        };
        return {
          get: (key: unknown) => ask(() => at.get(key)),
          put: (value: unknown, key: unknown) => ask(() => (at.set(key, value), key)),
          add: (value: unknown, key: unknown = at.size + 1) => ask(() => (at.has(key) ? fail("ConstraintError") : at.set(key, value), key)),
        };
      },
    };
    const turn = () => {
      if (over) return;
      if (ran++ >= this.dies) return open.abort();
      const next = queue.shift();
      if (!next) return (over = true), open.oncomplete?.();
      try {
        next.act();
      } catch {
        return open.abort();
      }
      try {
        next.request.onsuccess?.();
      } catch (error) {
        this.reported.push(error);
        if (!over) open.abort();
      }
      setImmediate(turn);
    };
    setImmediate(turn);
    return open;
  }
}

describe("transact", () => {
  const put = (value: unknown, key: string) => ["meta", "put", value, key];
  for (const [title, calls, step, expected, kept, prepare] of [
    ["results are in order", [put(1, "a"), ["meta", "get", "a"], ["log", "add", "x"], ["meta", "get", "b"]], undefined, ["a", 1, 1, undefined], { a: 1 }],
    ["nothing to do", [], undefined, [], {}],
    ["nothing to do, and a step", [], () => [put(1, "a")], [], {}],
    ["a step sees all results, its own follow", [put(1, "a"), ["meta", "get", "a"]], ([key, value]: any) => [put(value + 1, `${key}b`), ["meta", "get", "ab"]],
      ["a", 1, "ab", 2], { a: 1, ab: 2 }],
    ["a step that has nothing to add", [put(1, "a")], () => undefined, ["a"], { a: 1 }],
    ["a step that throws", [put(1, "a")], () => fail(), undefined, {}],
    ["a step that asks for what cannot be", [put(1, "a")], () => [put(2, "b"), ["nowhere", "get", 1]], undefined, {}],
    ["a call that cannot be", [put(1, "a"), ["nowhere", "get", 1]], () => [put(2, "b")], undefined, {}],
    ["a first call that cannot be", [["meta", "no such method"]], () => [put(2, "b")], undefined, {}],
    ["a call that fails", [put(1, "a"), ["log", "add", "x", 1], ["log", "add", "y", 1]], undefined, undefined, {}],
    ["the browser aborts", [put(1, "a"), put(2, "b")], undefined, undefined, {}, (db: Database) => (db.dies = 1)],
    ["the browser aborts after the last", [put(1, "a")], undefined, undefined, {}, (db: Database) => (db.dies = 1)],
    ["a closed database", [put(1, "a")], () => [], undefined, {}, (db: Database) => (db.closed = true)],
  ] as [string, unknown[], any, unknown, object, ((db: Database) => void)?][]) {
    test(title, async () => {
      const db = new Database();
      prepare?.(db);
      const { calls: answers, then } = told();
      hands.transact(db as any, calls, step, then);
      assert.deepEqual(answers, [], "never at once");
      for (let turns = 0; turns < 12; turns++) await soon();
      assert.deepEqual(answers, [expected], "answers once");
      assert.deepEqual(Object.fromEntries(db.stores.meta!), kept, "all of it or nothing");
      assert.deepEqual(db.reported, [], "nothing reaches the page");
    });
  }
});

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
