// The page says that its visitor is a minor: what was granted is taken back, and no act on this page grants it again.

import assert from "node:assert/strict";

import { consent, heroIs, likeWinter, ownHero } from "../support/person.mjs";

export default [{
  title: "a minor sees the page's own content, whatever is clicked",
  async run(t) {
    const shop = await t.shop();
    const tab = await (await t.browser()).newTab();
    await likeWinter(tab, shop);
    await tab.evaluate(() => window.vitrine.context({ minor: true }));
    await heroIs(tab, ownHero);
    assert.equal((await consent(tab)).personalization, "withdrawn");
    await tab.evaluate(() => window.vitrine.consent.set({ personalization: "granted", marketing: "granted", measurement: "granted" }));
    const { personalization, measurement } = await consent(tab);
    assert.deepEqual([personalization, measurement], ["withdrawn", "granted"]);
    assert.equal(await tab.evaluate(() => window.vitrine.visitor.profile()), null);
  },
}];
