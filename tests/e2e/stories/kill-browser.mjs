// The browser is killed after track() answered `stored`, and opened again on the same profile: nothing is lost.

import { ledger } from "../support/ledger.mjs";
import { accept, visit } from "../support/person.mjs";
import { isBatch } from "../support/proxy.mjs";

export default [{
  title: "kill-browser: five kills with a persistent profile, right after `stored`: nothing is lost, nothing doubled",
  browsers: ["chromium", "firefox"],
  timeout: 600_000,
  async run(t) {
    const shop = await t.shop();
    const book = ledger();
    const profile = t.folder("profile");
    for (let round = 0; round <= t.times(5); round++) {
      const browser = await t.browser({ profile });
      const tab = await browser.newTab();
      await visit(tab, `${shop.origin}/`);
      // The choice may be lost with the power: then it is asked again, and nothing was sent in between.
      if (await tab.evaluate(() => window.vitrine.consent.get().measurement.state === "unknown")) await accept(tab);
      await tab.waitFor(() => window.vitrine.visitor.id());
      if (round === t.times(5)) {
        shop.proxy.fault = undefined;
        await tab.evaluate(() => window.vitrine.flush());
        await book.equals(shop.server, tab);
        await browser.close();
        return;
      }
      // Nothing reaches the server before the kill: what arrives later was kept on the device.
      shop.proxy.fault = request => isBatch(request) ? { status: 503, headers: { "retry-after": "1" } } : undefined;
      await book.book(tab, 10);
      await browser.kill();
    }
  },
}];
