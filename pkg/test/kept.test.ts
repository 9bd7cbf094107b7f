// What the backend's cookie says, and what of it is put in force.

import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";

import { stub } from "./hands.js";
import { restore } from "../ts/consent/kept.js";

const page = "https://shop.example/a/page?q=1";

async function ask(t: TestContext, fetch: (...given: any[]) => unknown, endpoint = "", signal = new AbortController().signal) {
  const kept: unknown[] = [];
  const asked: any[][] = [];
  stub(t, {
    document: { baseURI: page }, location: new URL(page),
    fetch: (...given: any[]) => (asked.push(given), fetch(...given)),
  });
  const facade: any = { authority: (purpose: string) => (purpose == "marketing" ? "tcf" : ""), kept: (record: unknown) => kept.push(record) };
  const wrong = await restore(facade, endpoint, signal).then(() => false, () => true);
  return { kept, asked, wrong };
}
const says = (body: unknown, status = 200) => async () => new Response(JSON.stringify(body), { status });

test("asks the page's own origin alone, with its cookie and without a referrer", async (t) => {
  const { asked, wrong } = await ask(t, says({ purposes: {} }));
  assert.equal(wrong, false);
  assert.equal(asked.length, 1);
  const [url, { signal, ...init }] = asked[0]!;
  assert.equal(url, "https://shop.example/v1/visitor/choice");
  assert.ok(signal);
  assert.deepEqual(init, { credentials: "same-origin", referrerPolicy: "no-referrer", cache: "no-store" });
});

for (const [endpoint, count] of [["https://shop.example", 1], ["/proxied", 1], ["https://vitrine.example", 0], ["http://shop.example", 0]] as const)
  test(`endpoint ${endpoint}`, async (t) => assert.equal((await ask(t, says({ purposes: {} }), endpoint)).asked.length, count));

const decided = { personalization: 86_400_000 };
for (const [title, purposes, expected] of [
  ["a grant", { personalization: "granted" }, { personalization: "granted" }],
  ["a refusal", { personalization: "denied" }, { personalization: "denied" }],
  ["what was taken back is refused", { personalization: "withdrawn", measurement: "granted" }, { personalization: "denied", measurement: "granted" }],
  ["what another authority alone may grant", { personalization: "granted", marketing: "granted" }, { personalization: "granted" }],
  ["what it may not refuse alone", { marketing: "denied" }, { marketing: "denied" }],
  ["nothing", {}, undefined],
] as [string, object, object | undefined][])
  test(title, async (t) => {
    const { kept } = await ask(t, says({ purposes, decided, noticeVersion: "n1" }));
    assert.deepEqual(kept, expected ? [{ purposes: expected, decided, noticeVersion: "n1" }] : []);
  });

for (const [title, fetch] of [
  ["no network", () => Promise.reject(new TypeError("Failed to fetch"))],
  ["no JSON", async () => new Response("<html>")],
  ["a refusal of the backend's", says({ success: false }, 404)],
] as [string, () => unknown][])
  test(`${title}: nothing is put in force`, async (t) => {
    const { kept, wrong } = await ask(t, fetch);
    assert.deepEqual([kept, wrong], [[], true]);
  });

test("an answer that comes too late is none", async (t) => {
  const over = new AbortController();
  const late = async () => (over.abort(), new Response(JSON.stringify({ purposes: { personalization: "granted" } })));
  assert.deepEqual((await ask(t, late, "", over.signal)).kept, []);
});
