// kill -9 of the server under load: every event that was booked is there exactly once.

import { ledger } from "../support/ledger.mjs";
import { accept, visit } from "../support/person.mjs";

export default [{
  title: "five kills mid-load",
  timeout: 240_000,
  async run(t) {
    const shop = await t.shop();
    const book = ledger();
    const tab = await (await t.browser()).newTab();
    await visit(tab, `${shop.origin}/`);
    await accept(tab);
    await tab.waitFor(() => window.vitrine.visitor.id());
    for (let kill = 0; kill < t.times(5); kill++) {
      await book.book(tab, 50);
      const sending = tab.evaluate(() => { window.vitrine.flush(); });
      const more = book.book(tab, 50);
      await shop.server.kill();
      await Promise.all([sending, more]);
      await shop.server.start();
    }
    await tab.evaluate(() => window.vitrine.flush());
    await book.equals(shop.server, { timeout: 60_000 });
  },
}];
