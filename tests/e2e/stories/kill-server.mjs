// kill -9 of the server under load: every event that was booked is there exactly once.

import assert from "node:assert/strict";

import { ledger } from "../support/ledger.mjs";
import { accept, visit } from "../support/person.mjs";
import { batches } from "../support/proxy.mjs";
import { until } from "../support/until.mjs";

/** Where in the life of a batch the blow falls, in ms after the server began to read it. */
const BLOWS = [0, 1, 2, 4, 8];

export default [{
  title: "five kills, each while a batch is with the server",
  timeout: 240_000,
  async run(t) {
    const shop = await t.shop();
    const book = ledger();
    const tab = await (await t.browser()).newTab();
    await visit(tab, `${shop.origin}/`);
    await accept(tab);
    await tab.waitFor(() => window.vitrine.visitor.id());
    for (let kill = 0; kill < t.times(5); kill++) {
      const seen = batches(shop.proxy).length;
      const load = book.book(tab, 100);
      await tab.evaluate(() => { window.vitrine.flush(); });
      await until(() => batches(shop.proxy).length > seen, "a batch to be with the server");
      await new Promise(blow => setTimeout(blow, BLOWS[kill % BLOWS.length]));
      await shop.server.kill();
      await load;
      await shop.server.start();
    }
    await tab.evaluate(() => window.vitrine.flush());
    await book.equals(shop.server, tab, { timeout: 60_000 });
    assert.equal(book.stored.size, 100 * t.times(5));
  },
}];
