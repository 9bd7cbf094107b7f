// Nothing for thirty seconds: a real page is woken at the thirtieth, once.

import assert from "node:assert/strict";

import { accept, visit } from "../support/person.mjs";

/** The usual shop, with a segment of those who have done nothing for half a minute. */
const quiet = site => {
  site.segments.quiet = { when: { $since: { last: { type: { $in: ["page", "track", "identify"] } }, gte: "30s" } } };
  return site;
};

export default [
  {
    title: "nothing for 30 seconds fires at 30 seconds, once",
    browsers: ["chromium"],
    async run(t) {
      const shop = await t.shop({ site: quiet });
      const tab = await (await t.browser()).newTab();
      await visit(tab, `${shop.origin}/`);
      await accept(tab);
      await tab.waitFor(async () => (await window.vitrine.visitor.profile())?.last?.seen, [], { what: "the page to be in the profile" });
      await tab.evaluate(() => {
        window.heard = [];
        window.vitrine.onSegment("quiet", inside => window.heard.push([inside, Date.now()]));
      });
      await tab.waitFor(() => window.heard.some(([inside]) => inside), [], { what: "thirty seconds without an event", timeout: 40_000 });
      const [, at] = (await tab.evaluate(() => window.heard)).find(([inside]) => inside);
      const { last } = await tab.evaluate(() => window.vitrine.visitor.profile());
      assert.ok(at - last.seen >= 30_000 && at - last.seen < 30_500, `${at - last.seen} ms after the last event`);
      await tab.waitFor(at => Date.now() > at + 2_000, [at], { what: "two more seconds" });
      assert.deepEqual((await tab.evaluate(() => window.heard)).map(([inside]) => inside), [false, true]);
      assert.ok(await tab.evaluate(() => window.vitrine.inSegment("quiet")));
    },
  },
];
