// The proxy judges others, so it is judged first: node --test tests/e2e/support/proxy.test.mjs

import assert from "node:assert/strict";
import { createServer, request as ask } from "node:http";
import { after, before, beforeEach, test } from "node:test";
import { brotliCompressSync } from "node:zlib";

import { startProxy } from "./proxy.mjs";
import { until } from "./until.mjs";

const html = "<!doctype html><html><head lang=en><meta charset=utf-8><title>t</title></head><body></body></html>";
const answers = {
  "/": { type: "text/html; charset=utf-8", body: Buffer.from(html), headers: { "content-security-policy": "script-src 'self'" } },
  "/packed/": { type: "text/html", body: brotliCompressSync(html), headers: { "content-encoding": "br" } },
  "/a.wasm": { type: "application/wasm", body: Buffer.alloc(1000, 7), headers: {} },
};

let upstream;
let proxy;

before(async () => {
  upstream = createServer((request, response) => {
    const pieces = [];
    request.on("data", piece => pieces.push(piece)).on("end", () => {
      const { type, body, headers } = answers[request.url] ?? { type: "text/plain", body: Buffer.concat(pieces), headers: {} };
      response.writeHead(200, { "content-type": type, ...headers }).end(body);
    });
  });
  await new Promise(listening => upstream.listen(0, "127.0.0.1", listening));
  proxy = await startProxy({ upstream: () => `http://127.0.0.1:${upstream.address().port}` });
});

after(async () => {
  await proxy.stop();
  upstream.close();
});

beforeEach(() => {
  proxy.requests.length = 0;
  proxy.fault = undefined;
});

const get = path => fetch(`${proxy.origin}${path}`);

for (const path of ["/", "/packed/"]) {
  test(`the instrumentation is the first script of ${path}`, async () => {
    const text = await (await get(path)).text();
    assert.match(text, /<head[^>]*><script>\/\/ The very first script/);
    assert.ok(text.endsWith("<meta charset=utf-8><title>t</title></head><body></body></html>"));
  });
}

test("a policy in a header lets the instrumentation run and nothing else", async () => {
  assert.match((await get("/")).headers.get("content-security-policy"), /^script-src 'sha256-[^']+' 'self'$/);
});

test("other files and bodies pass untouched and are noted", async () => {
  assert.equal((await (await get("/a.wasm")).arrayBuffer()).byteLength, 1000);
  const answer = await fetch(`${proxy.origin}/v1/batch`, { method: "POST", body: "hello" });
  assert.equal(await answer.text(), "hello");
  assert.deepEqual(proxy.requests.map(({ method, path, body, status }) => [method, path, body, status]),
    [["GET", "/a.wasm", "", 200], ["POST", "/v1/batch", "hello", 200]]);
});

test("a request is listed whole, or once its sender is gone", async () => {
  const begun = ask(`${proxy.origin}/v1/batch`, { method: "POST", headers: { "content-length": 9 } });
  begun.on("error", () => {});
  begun.write("half");
  await get("/a.wasm");
  assert.deepEqual(proxy.requests.map(({ path }) => path), ["/a.wasm"]);
  begun.destroy();
  await until(() => proxy.requests.length === 2, "the broken request to be listed");
  assert.deepEqual(proxy.requests.map(({ path, body }) => [path, body]), [["/a.wasm", ""], ["/v1/batch", ""]]);
});

test("faults: status, truncation, replacement, type, cut", async () => {
  const rows = [
    [{ status: 503, headers: { "retry-after": "1" } }, async answer => assert.equal(answer.status, 503)],
    [{ truncate: 10 }, async answer => assert.equal((await answer.arrayBuffer()).byteLength, 10)],
    [{ replace: "x" }, async answer => assert.equal(await answer.text(), "x")],
    [{ type: "text/plain" }, async answer => assert.equal(answer.headers.get("content-type"), "text/plain")],
  ];
  for (const [fault, check] of rows) {
    proxy.fault = () => fault;
    await check(await get("/a.wasm"));
  }
  proxy.fault = () => ({ cut: true });
  await assert.rejects(get("/a.wasm"));
});
