// One person, two browsers, and a till: an order made elsewhere greets them on the open page, if it is vouched for.

import assert from "node:assert/strict";

import { accept, hook, textOf, visit } from "../support/person.mjs";
import { run } from "../support/server.mjs";

const greeted = "Welcome back, and thank you";

async function signedIn(browser, shop, user) {
  const tab = await browser.newTab();
  await visit(tab, `${shop.origin}/`);
  await accept(tab);
  await tab.waitFor(() => window.vitrine.visitor.id());
  await tab.fill(hook("demo-customer"), user);
  await tab.click(hook("demo-sign-in"));
  await tab.waitFor(user => document.querySelector("[data-test=demo-status]").textContent.includes(user), [user], { what: `${user} to be signed in` });
  return tab;
}

/** What a till does: the real Segment client for Node. */
function till(shop, key, user, orderId, revenue) {
  const answer = JSON.parse(run("node", ["www/shop/order.mjs"], JSON.stringify({ endpoint: shop.server.origin, key, user, orderId, revenue })));
  assert.equal(answer.success, true, JSON.stringify(answer));
}

const orders = tab => tab.evaluate(async () => (await window.vitrine.visitor.profile())?.orders);

// A small honest order is sent after the other one: once the page knows that one, the other has had its time.
async function onlySmallOrder(tab, shop, user) {
  till(shop, shop.keys.secret, user, "TILL-SMALL", 5);
  await tab.waitFor(async () => (await window.vitrine.visitor.profile())?.orders?.count > 0, [], { what: "the page to know the small order", timeout: 5_000 });
  const { count, value } = await orders(tab);
  assert.deepEqual({ count, value }, { count: 1, value: 5 });
  assert.ok(!(await textOf(tab, "greeting")).includes(greeted));
  assert.equal(await tab.evaluate(() => window.vitrine.inSegment("big-customer")), false);
}

export default [
  {
    title: "an offline order with the secret key greets the open pages of both browsers within 2 s, without a click",
    async run(t) {
      const shop = await t.shop();
      const first = await signedIn(await t.browser(), shop, "c-1001");
      const second = await signedIn(await t.browser(), shop, "c-1001");
      till(shop, shop.keys.secret, "c-1001", "TILL-1", 620);
      for (const tab of [second, first]) {
        await tab.waitFor(text => document.querySelector("[data-test=greeting]").textContent.includes(text), [greeted], { what: "the greeting", timeout: 2_000 });
        assert.ok(await tab.evaluate(() => window.vitrine.inSegment("big-customer")));
      }
    },
  },
  {
    title: "the same order with the public key changes nothing",
    async run(t) {
      const shop = await t.shop();
      const tab = await signedIn(await t.browser(), shop, "c-1002");
      try {
        till(shop, shop.keys.public, "c-1002", "TILL-FORGED", 620);
      } catch {
        // refused at the door is nothing changed too
      }
      await onlySmallOrder(tab, shop, "c-1002");
    },
  },
  {
    title: "another person on the same till changes nothing here",
    async run(t) {
      const shop = await t.shop();
      const tab = await signedIn(await t.browser(), shop, "c-1003");
      till(shop, shop.keys.secret, "c-2003", "TILL-OTHER", 900);
      await onlySmallOrder(tab, shop, "c-1003");
    },
  },
];
