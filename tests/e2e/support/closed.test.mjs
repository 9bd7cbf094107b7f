// The judge of the closed list must be able to say no: node --test tests/e2e/support/closed.test.mjs

import assert from "node:assert/strict";
import { test } from "node:test";

import { callsOutside, requestsOutside } from "./closed.mjs";

const origin = "http://127.0.0.1:1";
const touch = { api: "window.localStorage" };
const read = { api: "storage.getItem", area: "local", key: "vt:s:c" };
const write = { api: "storage.setItem", area: "local", key: "vt:s:c" };
const get = url => ({ api: "fetch", method: "GET", url });
const post = url => ({ api: "fetch", method: "POST", url });

const calls = [
  ["reading the choice", [touch, read], {}, 0],
  ["a probe of the storage", [touch, read, touch], {}, 1],
  ["another key", [touch, { ...read, key: "vt:s:p" }], {}, 1],
  ["a write without an act", [touch, write], {}, 1],
  ["a write at an act", [touch, write], { acts: 1 }, 0],
  ["the database", [{ api: "window.indexedDB" }, { api: "indexedDB.open", key: "vt" }], {}, 2],
  ["the SDK's files and bundle", [get("/sdk/1/core.wasm"), get("/v1/sites/s/bundle/2")], {}, 0],
  ["a query", [get("/sdk/1/core.wasm?v=1")], {}, 1],
  ["another site's bundle", [get("/v1/sites/t/bundle/2")], {}, 1],
  ["another origin", [get("https://elsewhere.example/sdk/1/core.wasm")], {}, 1],
  ["the choice cookie, once", [get("/v1/visitor/choice"), get("/v1/visitor/choice")], {}, 1],
  ["an event", [post("/v1/batch")], { acts: 1 }, 1],
  ["a consent post for each act", [post("/v1/visitor/consents"), post("/v1/visitor/consents")], { acts: 1 }, 1],
  ["a cookie", [{ api: "cookie.get" }], {}, 1],
  ["a consent manager's own record, read and not written", [{ api: "cookie.get" }, { api: "cookie.set" }], { managed: true }, 1],
  ["the page that led here", [{ api: "document.referrer" }], {}, 1],
  ["the same where a rule asks in a slot", [{ api: "document.referrer" }], { asks: true }, 0],
  ["the shop's pictures", [{ api: "image.src", url: "/assets/pictures/mug.svg" }], {}, 0],
  ["a pixel", [{ api: "image.src", url: "/assets/p.gif?v=1" }, { api: "image.src", url: "https://elsewhere.example/assets/p.gif" }], {}, 2],
];
for (const [title, list, options, expected] of calls) {
  test(`calls: ${title}`, () => assert.equal(callsOutside(list, { site: "s", origin, ...options }).length, expected));
}

const request = (method, path, more = {}) => ({ method, path, headers: {}, body: "", ...more });
const requests = [
  ["the shop", [request("GET", "/"), request("GET", "/product/mug/"), request("GET", "/assets/a.css", { headers: { referer: "x" } })], {}, 0],
  ["the SDK's files", [request("GET", "/sdk/1/core.js"), request("GET", "/v1/sites/s/bundle/2")], {}, 0],
  ["a referrer to the SDK's files", [request("GET", "/sdk/1/core.js", { headers: { referer: "x" } })], {}, 1],
  ["the choice's cookie", [request("GET", "/", { headers: { cookie: `__Host-vt-choice=${Buffer.from("{\"site\":\"s\",\"day\":1}").toString("base64url")}` } })], {}, 0],
  ["an id in the choice's cookie", [request("GET", "/", { headers: { cookie: `__Host-vt-choice=${Buffer.from("{\"id\":\"v\"}").toString("base64url")}` } })], {}, 1],
  ["a cookie", [request("GET", "/", { headers: { cookie: "a=1" } })], {}, 1],
  ["an event", [request("POST", "/v1/batch", { body: "{}" })], { acts: 1 }, 1],
  ["a refusal", [request("POST", "/v1/visitor/consents", { body: "{\"purposes\":{}}" })], { acts: 1 }, 0],
  ["a refusal that names a visitor", [request("POST", "/v1/visitor/consents", { body: "{\"visitor\":\"v\"}" })], { acts: 1 }, 1],
];
for (const [title, list, options, expected] of requests) {
  test(`requests: ${title}`, () => assert.equal(requestsOutside(list, { site: "s", ...options }).length, expected));
}
