import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";

import * as hands from "../ts/hands.js";
import { stub, clock, told, soon, fail } from "./hands.js";

describe("request", () => {
  const signal = new AbortController().signal;
  const ask = async (t: TestContext, fetch: (...given: any[]) => unknown, given: object = {}) => {
    const { method, url, token, body, stream } = { method: "POST", url: "/v1/x", token: "", body: {}, stream: false, ...given };
    const { calls, then } = told();
    stub(t, { fetch });
    hands.request(method, url, "no-store", signal, token, body, stream, then);
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
    ["keeps no cookie of what it reads", { method: "GET", body: undefined, url: "/v1/visitor/consents" }, { credentials: "omit" }],
    ["lets an act of choice keep its cookie", { url: "https://a.example/v1/visitor/consents" }, { credentials: "same-origin" }],
  ] as [string, object, object][]) {
    test(`asking: ${title}`, async (t) => {
      let asked: any;
      await ask(t, async (...given) => ((asked = given), new Response("{}")), given);
      const [url, init] = asked;
      assert.equal(url, (given as any).url ?? "/v1/x");
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
