// Slots where a page may put them: in shadow roots, in each other, ten thousand of them, gone and back; content of a megabyte, selectors
// that are none. What is said is said once, nothing is thrown, and every page is its own again to the letter.

import assert from "node:assert/strict";

import { allow, shopWith, write } from "../support/page.mjs";
import { notes } from "../support/person.mjs";
import { until } from "../support/until.mjs";

const everywhere = ["chromium", "firefox", "webkit"];
const on = (slot, actions, more) => ({ id: slot, slot, live: true, variants: [{ id: "v", actions }], ...more });
const text = (to, at) => ({ text: { to, ...(at && { at }) } });
const MEGABYTE = "word ".repeat(200_000);

/** Runs in the page, before the choice: what stands in it. */
const own = () => {
  const all = root => [...root.querySelectorAll("*")].flatMap(({ shadowRoot }) => (shadowRoot ? [shadowRoot.innerHTML, ...all(shadowRoot)] : []));
  return [document.querySelector("main").innerHTML, ...all(document)];
};

// `page` runs in the page before the choice, `during` after it, which makes what is `inside` of shadow roots; `later` once everything is shown. `shows` runs in the page until it is true, `then` after
// `later`. `codes` are the diagnostics of it all.
const rows = [
  {
    title: "a slot in a shadow root, and one in a shadow root inside that",
    slots: { outer: {}, inner: {} },
    experiences: [on("outer", [text("new", "h2")]), on("inner", [{ html: { to: "<b>new</b>" } }])],
    body: `<x-card data-vitrine-shadow></x-card><template><section data-vitrine-slot="outer"><h2>own</h2><x-price data-vitrine-shadow></x-price></section></template>
      <template><p data-vitrine-slot="inner">own</p></template>`,
    inside: [`<section data-vitrine-slot="outer"><h2>own</h2><x-price data-vitrine-shadow=""></x-price></section>`, `<p data-vitrine-slot="inner">own</p>`],
    // Late, after the choice: an upgrade changes nothing that an observer hears of.
    during: () => {
      const [outer, inner] = [...document.querySelectorAll("template")].map(({ content }) => content);
      const element = content => class extends HTMLElement {
        constructor() {
          super();
          this.attachShadow({ mode: "open" }).append(content.cloneNode(true));
        }
      };
      customElements.define("x-price", element(inner));
      customElements.define("x-card", element(outer));
    },
    shows: () => {
      const root = document.querySelector("x-card").shadowRoot;
      return root.querySelector("h2").textContent === "new" && root.querySelector("x-price").shadowRoot.querySelector("p").innerHTML === "<b>new</b>";
    },
    // A framework draws the inside anew: the new one is found as it was.
    later: () => {
      const root = document.querySelector("x-card").shadowRoot;
      const slot = root.querySelector("[data-vitrine-slot]");
      const next = document.createElement("section");
      next.dataset.vitrineSlot = "outer";
      next.append(Object.assign(document.createElement("h2"), { textContent: "own" }), slot.lastChild);
      slot.replaceWith(next);
    },
  },
  {
    title: "a shadow root that is attached once all is shown, and nothing else changes",
    slots: { outer: {}, inner: {} },
    experiences: [on("outer", [text("new")]), on("inner", [text("new")])],
    body: `<p data-vitrine-slot="outer">own</p><x-late data-vitrine-shadow></x-late><template><p data-vitrine-slot="inner">own</p></template>`,
    inside: [`<p data-vitrine-slot="inner">own</p>`],
    shows: () => {
      const inner = document.querySelector("x-late").shadowRoot;
      return document.querySelector("main > p").textContent === "new" && (!inner || inner.textContent === "new");
    },
    later: () => document.querySelector("x-late").attachShadow({ mode: "open" }).append(document.querySelector("template").content.cloneNode(true)),
  },
  ...[
    ["a slot in a component that is a price", `<x-price data-vitrine-price data-vitrine-shadow></x-price>`, `<p data-vitrine-slot="guarded">620 €</p>`, text("1 €")],
    ["a slot in a component inside one that is a price", `<div data-vitrine-price><x-price data-vitrine-shadow></x-price></div>`, `<p data-vitrine-slot="guarded">620 €</p>`, text("1 €")],
    ["a slot with a component inside that shows a price", `<section data-vitrine-slot="guarded"><x-price></x-price></section>`, `<b data-vitrine-price>620 €</b>`, { html: { to: "<em>1 €</em>" } }],
    ["a slot that is such a component, to be taken away", `<main><x-price data-vitrine-slot="guarded"></x-price></main>`, `<b data-vitrine-price>620 €</b>`, { remove: {} }],
  ].map(([title, markup, inside, action]) => ({
    title: `prices stay: ${title}`,
    slots: { guarded: {}, free: {} },
    experiences: [on("guarded", [action]), on("free", [text("new")])],
    body: `${markup}<i data-vitrine-slot="free">own</i><template>${inside}</template>`,
    page: () => document.querySelector("x-price").attachShadow({ mode: "open" }).append(document.querySelector("template").content.cloneNode(true)),
    shows: () => document.querySelector("i").textContent === "new" && document.querySelector("x-price").shadowRoot.firstChild.textContent === "620 €" && window.__diagnostics.length > 0,
    codes: ["VT-ACTION-REFUSED"],
  })),
  {
    title: "a closed shadow root, and one whose host says nothing, stay as they are",
    slots: { outer: {} },
    experiences: [on("outer", [text("new")])],
    body: `<x-closed data-vitrine-shadow></x-closed><x-silent></x-silent><p data-vitrine-slot="outer">own</p><template><p data-vitrine-slot="outer">own</p></template>`,
    page: () => {
      for (const [name, mode] of [["x-closed", "closed"], ["x-silent", "open"]])
        (window[name] = document.querySelector(name).attachShadow({ mode })).append(document.querySelector("template").content.cloneNode(true));
    },
    shows: () => document.querySelector("main > p").textContent === "new" && window["x-closed"].innerHTML + window["x-silent"].innerHTML === `<p data-vitrine-slot="outer">own</p>`.repeat(2),
  },
  ...[["around it", { insertBefore: { at: "div", html: "<em>new</em>" } }], ["that moves it", { move: { at: "div", before: "h2" } }], ["that replaces all", { html: { to: "<em>new</em>" } }],
    ["that takes it away", { remove: { at: "div" } }]].map(([how, action]) => ({
    title: `a slot in a slot, with an experience ${how}`,
    slots: { outer: {}, inner: {} },
    experiences: [on("outer", [action]), on("inner", [text("new")])],
    body: `<section data-vitrine-slot="outer"><h2>own</h2><div><p data-vitrine-slot="inner">own</p></div></section>`,
    shows: how => {
      const inner = document.querySelector("[data-vitrine-slot=inner]");
      const away = how === "that replaces all" || how === "that takes it away";
      const outer = document.querySelector("[data-vitrine-slot=outer]");
      const done = how === "that moves it" ? outer.firstElementChild.localName === "div" : how === "that takes it away" ? outer.children.length === 1 : outer.querySelector("em")?.textContent === "new";
      return done && (away ? !inner : inner?.textContent === "new");
    },
    given: how,
  })),
  {
    title: "a selector that ten thousand elements are",
    slots: { many: { selector: "main li" } },
    experiences: [on("many", [text("new")])],
    body: `<ul>${"<li>own</li>".repeat(10_000)}</ul>`,
    shows: () => [...document.querySelectorAll("li")].filter(li => li.textContent === "new").length === 100,
    codes: ["VT-SLOT-MANY"],
  },
  {
    title: "selectors that browsers do not know, in a slot and in an action",
    slots: { place: { selector: "main :no-such-class" }, action: {}, none: {} },
    experiences: [on("place", [text("new")]), on("action", [text("new", "b:no-such-class")]), on("none", [text("new", "b")])],
    body: `<p data-vitrine-slot="action"><b>own</b></p><p data-vitrine-slot="none">own</p>`,
    shows: () => new Set(window.__diagnostics.map(({ code }) => code)).size === 2,
    codes: ["VT-SELECTOR", "VT-SELECTOR-EMPTY"],
  },
  {
    title: "a slot that goes and comes back, three times",
    slots: { fickle: {} },
    experiences: [on("fickle", [text("new")])],
    body: `<p data-vitrine-slot="fickle">own</p>`,
    shows: () => document.querySelector("main p")?.textContent === "new",
    later: async () => {
      const main = document.querySelector("main");
      for (let n = 0; n < 3; n++) {
        main.replaceChildren();
        await new Promise(done => { requestAnimationFrame(() => setTimeout(done)); });
        main.append(Object.assign(document.createElement("p"), { textContent: "own" }));
        main.firstChild.dataset.vitrineSlot = "fickle";
        await new Promise(done => { requestAnimationFrame(() => setTimeout(done)); });
      }
    },
  },
  {
    title: "text and HTML of a megabyte",
    slots: { long: {}, rich: {} },
    experiences: [on("long", [text(MEGABYTE)]), on("rich", [{ html: { to: `<p>${MEGABYTE}</p>` } }])],
    body: `<p data-vitrine-slot="long">own</p><section data-vitrine-slot="rich">own</section>`,
    shows: () => ["long", "rich"].every(slot => document.querySelector(`[data-vitrine-slot=${slot}]`).textContent.length === 1_000_000),
  },
];

export default rows.map(({ title, slots, experiences, body, inside = [], page, during, shows, given, later, codes = [] }) => ({
  title: `odd places: ${title}`,
  browsers: everywhere,
  async run(t) {
    const shop = await shopWith(t, { slots, experiences });
    const path = write(shop, "odd.html", `<main>${body}</main>`);
    const tab = await (await t.browser()).newTab();
    await tab.goto(shop.origin + path);
    if (page) await tab.evaluate(page);
    const before = [...await tab.evaluate(own), ...inside];
    await allow(tab);
    if (during) await tab.evaluate(during);
    const wait = () => tab.waitFor(shows, [given], { what: "what the experiences show" });
    await wait();
    if (later) {
      await tab.evaluate(later);
      await wait();
    }
    await tab.evaluate(() => window.vitrine.consent.withdraw());
    const back = async () => JSON.stringify(await tab.evaluate(own)) === JSON.stringify(before);
    await until(back, "the page's own content", 5_000).catch(async () => assert.deepEqual(await tab.evaluate(own), before));
    const { faults, diagnostics } = await notes(tab);
    assert.deepEqual(faults, []);
    assert.deepEqual([...new Set(diagnostics.map(({ code }) => code))].sort(), codes);
  },
}));
