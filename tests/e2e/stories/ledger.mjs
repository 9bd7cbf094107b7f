// Server rows equal the ledger: whatever happens on the way, nothing is lost and nothing doubled.

import { ledger } from "../support/ledger.mjs";
import { accept, ready, visit } from "../support/person.mjs";
import { isBatch } from "../support/proxy.mjs";
import { until } from "../support/until.mjs";

async function granted(tab, shop) {
  await visit(tab, `${shop.origin}/`);
  await accept(tab);
  await tab.waitFor(() => window.vitrine.visitor.id());
}

const flush = tab => tab.evaluate(() => window.vitrine.flush());

export default [
  {
    title: "a reload while a batch is on its way",
    async run(t) {
      const shop = await t.shop();
      const book = ledger();
      const tab = await (await t.browser()).newTab();
      await granted(tab, shop);
      for (let round = 0; round < t.times(3); round++) {
        // The batch reaches the server, but the page is gone before the answer: it must ask again and not double.
        shop.proxy.fault = request => isBatch(request) ? { delay: 300 } : undefined;
        const seen = shop.proxy.requests.length;
        await book.book(tab, 40);
        await tab.evaluate(() => { window.vitrine.flush(); });
        await until(() => shop.proxy.requests.slice(seen).some(isBatch), "a batch on its way");
        await tab.reload();
        shop.proxy.fault = undefined;
        await ready(tab);
      }
      await flush(tab);
      await book.equals(shop.server, tab);
    },
  },
  {
    title: "answers that get lost after the server has committed",
    async run(t) {
      const shop = await t.shop();
      const book = ledger();
      const tab = await (await t.browser()).newTab();
      await granted(tab, shop);
      let lost = 0;
      shop.proxy.fault = request => isBatch(request) && lost++ < 2 ? { swallow: true } : undefined;
      await book.book(tab, 30);
      await flush(tab);
      await book.equals(shop.server, tab);
    },
  },
  {
    title: "two tabs at once",
    async run(t) {
      const shop = await t.shop();
      const book = ledger();
      const browser = await t.browser();
      const first = await browser.newTab();
      await granted(first, shop);
      const second = await browser.newTab();
      await visit(second, `${shop.origin}/category/winter/`);
      await Promise.all([book.book(first, t.times(100)), book.book(second, t.times(100))]);
      await flush(second);
      await flush(first);
      await book.equals(shop.server, first);
    },
  },
];
