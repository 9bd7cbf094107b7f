// What `track` is given, and what becomes of it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { all, open } from "./support.mjs";

const rows = JSON.parse(readFileSync(new URL("values.json", import.meta.url), "utf8"));

let place;
before(async () => { place = await open(); });
after(() => place.close());

test("values arrive as JSON would say them, the rest is refused with a code", async () => {
  const page = await place.page("/plain/");
  const sent = [];
  page.on("request", request => {
    if (request.url().endsWith("/v1/batch")) sent.push(...JSON.parse(request.postData()).batch);
  });
  await page.run(async purposes => { await vitrine.ready; await vitrine.consent.set(purposes); }, all);
  for (const row of rows) {
    const answer = await page.run(`async () => vitrine.track("Thing", ${row.js}, { messageId: ${JSON.stringify(row.name)} })`);
    assert.deepEqual(answer, row.code ? { status: "dropped", reason: row.code } : { status: "stored" }, row.name);
  }
  await page.run(() => vitrine.flush());
  for (const row of rows.filter(({ kept }) => kept)) {
    const message = sent.find(({ messageId }) => messageId === row.name);
    assert.equal(JSON.stringify(message?.properties), JSON.stringify(row.kept), row.name);
  }
  assert.deepEqual(page.errors, []);
});
