// Lists: items of the site's catalogue as copies of the page's own template. Made for who looks at them, shorter when something lands in
// the cart, text whatever the file holds, and gone without a trace with the choice.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { allow, shopWith, write } from "../support/page.mjs";
import { notes } from "../support/person.mjs";
import { until } from "../support/until.mjs";

const everywhere = ["chromium", "firefox", "webkit"];

const card = `<template id="card"><article data-sku="{{item.sku}}"><a href="{{item.url}}"><img src="{{item.image}}" alt="{{item.title}}"></a>
  <h3>{{item.title}}</h3><p>{{item.note | "no note"}}</p><b data-vitrine-price>{{item.price}} €</b></article></template>`;
const own = `<article><h3>own</h3><b data-vitrine-price="">9 €</b></article>`;
const body = `<main><section data-vitrine-slot="shelf">${own}</section></main>${card}`;

const products = [
  { sku: "merino-scarf", title: "Scarf", category: "winter", price: 49, stock: 3, url: "/p/scarf", image: "/i/scarf.svg", together: ["wool-mittens"] },
  { sku: "sold-out", title: "Sold out", category: "winter", price: 5, stock: 0, url: "/p/x", image: "/i/x.svg" },
  { sku: "linen-shirt", title: "Shirt", category: "summer", price: 80, stock: 9, url: "/p/shirt", image: "/i/shirt.svg" },
  { sku: "wool-mittens", title: "Mittens", category: "winter", price: 29, stock: 1, url: "/p/mittens", image: "/i/mittens.svg", note: "warm" },
];
const list = { where: { stock: { $gt: 0 } }, rank: ["affinity.category", "together"], exclude: ["bought", "cart"], max: 3, each: "#card" };

/** A shop with a catalogue of these lines, and an experience that lists it. */
async function stocked(t, lines, { with: more, live } = {}) {
  const shop = await shopWith(t, {
    catalog: { from: "/products.jsonl", key: "sku" },
    scores: { "affinity.category": { by: "properties.category", weights: { "Product Viewed": 1 } } },
    slots: { shelf: {} },
    events: { "Order Completed": { purpose: "personalization", properties: { order_id: "string", revenue: "number", products: "array" } } },
    experiences: [{ id: "shelf", slot: "shelf", ...(live && { live }), variants: [{ id: "v", actions: [{ list: { ...list, ...more } }] }] }],
  });
  const json = line => (typeof line === "string" ? line : JSON.stringify(line));
  if (lines) writeFileSync(join(shop.server.www, "products.jsonl"), lines.map(json).join("\n"));
  const tab = await (await t.browser()).newTab();
  const open = async page => {
    await tab.goto(shop.origin + write(shop, "list.html", page));
    await allow(tab);
  };
  return { shop, tab, open };
}

/** The titles in the slot, once they are these. */
const shows = (tab, titles) => tab.waitFor(titles => {
  const found = [...document.querySelectorAll("[data-vitrine-slot=shelf] h3")].map(title => title.textContent);
  return JSON.stringify(found) === JSON.stringify(titles);
}, [titles], { what: `the list to be ${titles}` });

const inside = tab => tab.evaluate(() => document.querySelector("[data-vitrine-slot=shelf]").innerHTML);

export default [
  {
    title: "lists: who likes winter sees winter first, nothing sold out, nothing in the cart or bought, and their own page after all",
    browsers: everywhere,
    async run(t) {
      const { tab, open } = await stocked(t, products);
      await open(body);
      await shows(tab, ["Scarf", "Shirt", "Mittens"]);
      const cards = await tab.evaluate(() => [...document.querySelectorAll("[data-vitrine-slot=shelf] > article")].map(card => [card.dataset.sku, card.querySelector("a").pathname,
        card.querySelector("img").alt, card.querySelector("p").textContent, card.querySelector("b").textContent]));
      assert.deepEqual(cards, [["merino-scarf", "/p/scarf", "Scarf", "no note", "49 €"], ["linen-shirt", "/p/shirt", "Shirt", "no note", "80 €"], ["wool-mittens", "/p/mittens", "Mittens", "warm", "29 €"]]);
      // Under somebody's eyes nothing changes its place; what they take is offered no more.
      await tab.evaluate(() => window.vitrine.track("Product Viewed", { sku: "wool-mittens", category: "winter", price: 29 }));
      await tab.evaluate(() => window.vitrine.track("Product Added", { sku: "linen-shirt", price: 80, quantity: 1 }));
      await shows(tab, ["Scarf", "Mittens"]);
      await tab.evaluate(() => window.vitrine.track("Product Removed", { sku: "linen-shirt", price: 80, quantity: 1 }));
      await open(body);
      await shows(tab, ["Scarf", "Mittens", "Shirt"]);
      await tab.evaluate(() => window.vitrine.track("Order Completed", { order_id: "o1", revenue: 49, products: [{ sku: "merino-scarf", price: 49, quantity: 1 }] }));
      await shows(tab, ["Mittens", "Shirt"]);
      await tab.evaluate(() => window.vitrine.consent.withdraw());
      await until(async () => await inside(tab) === own, "the page's own content", 5_000);
      const { faults, diagnostics } = await notes(tab);
      assert.deepEqual([faults, diagnostics.map(({ code }) => code)], [[], []]);
    },
  },
  {
    title: "lists: a page that renders them itself gets the items, and a product page what goes with its product",
    browsers: everywhere,
    async run(t) {
      const { tab, open } = await stocked(t, products, { with: { each: undefined, rank: ["together"] } });
      await open(`<main></main>`);
      await tab.evaluate(() => {
        window.told = [];
        window.vitrine.onSlot("shelf", ({ content }) => { window.told.push(content?.items.map(({ sku }) => sku) ?? null); });
      });
      const last = items => tab.waitFor(items => JSON.stringify(window.told.at(-1)) === JSON.stringify(items), [items], { what: `the page to be told ${items}` });
      await last(["merino-scarf", "linen-shirt", "wool-mittens"]);
      await tab.evaluate(() => window.vitrine.context({ data: { sku: "merino-scarf" } }));
      await last(["wool-mittens", "linen-shirt"]);
      assert.equal(await tab.evaluate(() => window.vitrine.decide("shelf").content.items[0].title), "Mittens");
      assert.deepEqual((await notes(tab)).faults, []);
    },
  },
  {
    title: "lists: whatever the catalogue holds is text, no address of it is code, and broken lines are told of",
    browsers: everywhere,
    async run(t) {
      const evil = { sku: "evil", title: `<img src=x onerror="window.evil = true">{{item.sku}}`, stock: 1, price: 1, url: " java\tscript:window.evil=true", image: "data:text/html,x", note: { deep: 1 } };
      const proto = `{"__proto__": {"title": "inherited"}, "sku": "proto", "stock": 1, "url": "mailto:a@b.example", "image": "/i/p.svg", "price": null}`;
      const { tab, open } = await stocked(t, [evil, "{ broken", "[1]", proto], { with: { rank: [] } });
      const spiked = card.replace("<article", `<article title='{{item.constructor | "none"}}'`);
      await open(body.replace(card, spiked));
      await shows(tab, [evil.title, ""]);
      const found = await tab.evaluate(() => [...document.querySelectorAll("[data-vitrine-slot=shelf] > article")].map(card => [card.getAttributeNames().sort(), card.title,
        card.querySelector("a").getAttribute("href"), card.querySelector("img").getAttribute("src"), card.querySelector("p").textContent, card.querySelector("b").textContent]));
      const names = ["data-sku", "title"];
      assert.deepEqual(found, [[names, "none", null, null, "no note", "1 €"], [names, "none", "mailto:a@b.example", "/i/p.svg", "no note", " €"]]);
      const { faults, diagnostics } = await notes(tab);
      assert.deepEqual([faults, diagnostics.map(({ code }) => code), await tab.evaluate(() => window.evil)], [[], ["VT-CATALOG"], undefined]);
      assert.match(diagnostics[0].where, /line 2/);
    },
  },
  ...Object.entries({
    "no file": { lines: undefined, code: "VT-CATALOG" },
    "no line that is an item": { lines: ["<!doctype html>"], code: "VT-CATALOG" },
    "nothing in stock": { lines: [products[1]] },
    "no such template": { lines: products, more: { each: "#other" }, code: "VT-SELECTOR-EMPTY" },
    "content that the page keeps to itself": { lines: products, page: body.replace("<h3>own", `<h3 data-vitrine-ignore="">own`), code: "VT-ACTION-REFUSED" },
  }).map(([what, { lines, more, page = body, code }]) => ({
    title: `lists: ${what}: the page's own content`,
    browsers: ["chromium"],
    async run(t) {
      const { tab, open } = await stocked(t, lines, { with: more });
      await open(page);
      if (code) await tab.waitFor(code => window.__diagnostics.some(said => said.code === code), [code], { what: code });
      else await tab.waitFor(() => window.vitrine.decide("shelf").reason === "none", [], { what: "the slot to be decided" });
      assert.equal(await inside(tab), page.match(/shelf">(.*)<\/section>/)[1]);
      const differs = await tab.evaluate(async () => (await (await window.vitrine.inspect()).dump()).differs);
      assert.deepEqual(differs, [], "what the page cannot show is no fault of the inspector's replica");
      assert.deepEqual((await notes(tab)).faults, []);
    },
  })),
];
