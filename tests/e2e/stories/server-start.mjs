// A site file that does not parse or lint: the server says where and what to do, and does not start on it.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";

const rows = [
  ["does not parse", () => "{\"vitrine\": 1,", /line 1|expected|EOF/i],
  ["has an unknown key", site => JSON.stringify({ ...site, segmnts: {} }), /segments/],
  ["names a segment that is not there", site => JSON.stringify({ ...site, experiences: [{ id: "a", slot: "hero", when: { $segment: "winterfans" }, variants: [{ id: "v", actions: [] }] }] }), /winter-fans/],
  ["asks for what is not supported yet", site => JSON.stringify({ ...site, goals: { order: { event: "Order Completed" } } }), /goals/],
];

export default rows.map(([title, make, expected]) => ({
  title: `the site file ${title}: the server does not start, and says why`,
  async run(t) {
    const shop = await t.shop({ start: false });
    writeFileSync(shop.server.siteFile, make(JSON.parse(readFileSync(shop.server.siteFile, "utf8"))));
    const error = await shop.server.start().then(() => undefined, failed => failed);
    assert.ok(error, "the server started");
    assert.match(error.message, expected);
    assert.doesNotMatch(error.message, /panicked/);
    assert.notEqual(shop.server.child.exitCode, 0);
  },
}));
