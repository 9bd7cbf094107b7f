// One purpose is taken back, the others stay: the page is its own again and what lived on that purpose alone is gone.

import assert from "node:assert/strict";

import { accept, heroIs, hook, look, notes, ownHero, visit, winter, winterHero } from "../support/person.mjs";
import { events, visitorRows } from "../support/rows.mjs";
import { until } from "../support/until.mjs";

const SECOND = { timeout: 1_000 };

export default [{
  title: "personalization alone: own content at once, no profile here or on the server, events still counted",
  async run(t) {
    const shop = await t.shop();
    const tab = await (await t.browser()).newTab();
    await visit(tab, `${shop.origin}/`);
    await accept(tab);
    await tab.waitFor(() => window.vitrine.visitor.id());
    await tab.click(hook("demo-sign-in"));
    for (const sku of winter) await look(tab, sku);
    await heroIs(tab, winterHero);
    await tab.evaluate(() => window.vitrine.track("Order Completed", { order_id: "T-1", revenue: 20, currency: "EUR" }));
    await tab.evaluate(() => window.vitrine.flush());
    const visitor = await tab.evaluate(() => window.vitrine.visitor.id());
    const before = await visitorRows(shop.server, visitor);
    assert.ok(before.events > 0 && before.orders > 0, `the server has a profile: ${JSON.stringify(before)}`);

    await tab.evaluate(() => { window.vitrine.consent.withdraw("personalization"); });
    await heroIs(tab, ownHero, SECOND);
    assert.deepEqual(await tab.evaluate(() => [...window.vitrine.segments()]), []);
    assert.equal(await tab.evaluate(site => localStorage.getItem(`vt:${site}:p`), shop.keys.site), null);
    await until(async () => {
      const { traits, orders } = await visitorRows(shop.server, visitor);
      return traits === 0 && orders === 0;
    }, "the server to purge the profile", 1_000);

    const receipt = await tab.evaluate(() => window.vitrine.track("Product Clicked", { sku: "after" }, { messageId: "after-1" }));
    assert.equal(receipt.status, "stored", "measurement is still granted");
    await tab.evaluate(() => window.vitrine.flush());
    await until(async () => (await events(shop.server)).some(event => event.messageId === "after-1"), "the event to arrive");
    assert.deepEqual((await notes(tab)).faults, []);
  },
}];
