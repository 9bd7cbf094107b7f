import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";

import * as hands from "../ts/hands.js";
import { stub, clock, told, soon, fail } from "./hands.js";

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
    db.onversionchange({ newVersion: null });
    assert.equal(db.closed, 1, "does not stand in another tab's way");
    assert.equal(lost.calls.length, 1, "who erases says so to all");
    db.onversionchange({ newVersion: 2 });
    assert.deepEqual([db.closed, lost.calls], [2, [undefined, true]], "closed for a newer version");
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

  /** A connection whose transactions get no answer but what is told here. */
  function silent() {
    const requests: any[] = [];
    const open: any = { aborted: 0, abort: () => void open.aborted++, objectStore: () => ({ get: () => (requests.push({ result: 1 }), requests.at(-1)) }) };
    return { db: { transaction: () => open } as any, open, requests };
  }

  test("a first transaction whose turn does not come is taken back, and answered once", (t) => {
    const { tick } = clock(t);
    const { db, open } = silent();
    const { calls, then } = told();
    hands.transact(db, [["meta", "get", "a"]], undefined, then);
    tick(2_999);
    assert.deepEqual([open.aborted, calls], [0, []]);
    tick(1);
    open.onabort();
    assert.deepEqual([open.aborted, calls], [1, [undefined]]);
    // Its connection is known by then: what comes later has all the time.
    hands.transact(db, [["meta", "get", "a"]], undefined, then);
    tick(60_000);
    assert.deepEqual([open.aborted, calls], [1, [undefined]]);
  });

  for (const step of [undefined, () => []])
    test(`a first transaction that was begun may take its time, with${step ? "" : "out"} a step`, (t) => {
      const { tick } = clock(t);
      const { db, open, requests } = silent();
      const { calls, then } = told();
      hands.transact(db, [["meta", "get", "a"], ["meta", "get", "b"]], step, then);
      tick(2_999);
      requests[0].onsuccess();
      tick(60_000);
      assert.deepEqual([open.aborted, calls], [0, []]);
      open.oncomplete();
      assert.deepEqual(calls, [[1, 1]]);
    });
});
