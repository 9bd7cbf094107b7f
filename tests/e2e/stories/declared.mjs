// What a page's markup declares: clicks and forms are events, fields are traits; in shadow roots as anywhere, and never of what the
// page keeps to itself.

import assert from "node:assert/strict";

import { allow, write } from "../support/page.mjs";
import { notes } from "../support/person.mjs";
import { events } from "../support/rows.mjs";
import { until } from "../support/until.mjs";

const body = `<button data-vitrine-track="Product Clicked" data-vitrine-prop-sku="merino-scarf" id="seen"><b>a scarf</b></button>
  <div data-vitrine-ignore><button data-vitrine-track="Product Clicked" data-vitrine-prop-sku="wool-mittens" id="unseen">mittens</button></div>
  <form data-vitrine-form="news"><input id="name" data-vitrine-trait="first_name"><input type="password" id="secret" data-vitrine-trait="last_name" value="hush">
  <input type="checkbox" data-vitrine-trait="wants_news" checked><button id="send">Send</button></form>`;

const places = {
  "in the page": { markup: `<main>${body}</main>`, at: "" },
  "in a shadow root inside another": { markup: `<main><x-outer></x-outer></main><template>${body}</template>`, at: "x-outer >>> x-inner >>> " },
  "in a shadow root that the page keeps to itself": { markup: `<main data-vitrine-ignore><x-outer></x-outer></main><template>${body}</template>`, at: "x-outer >>> x-inner >>> ", none: true },
};

/** Runs in the page: its components, and forms that lead nowhere. */
function build() {
  const stay = root => root.addEventListener("submit", event => event.preventDefault());
  stay(document);
  const outer = document.querySelector("x-outer")?.attachShadow({ mode: "open" });
  if (!outer) return;
  outer.append(document.createElement("x-inner"));
  const inner = outer.firstChild.attachShadow({ mode: "open" });
  inner.append(document.querySelector("template").content.cloneNode(true));
  stay(inner);
}

const sent = [["Form Submitted", { form: "news" }], ["identify", { first_name: "Ada", wants_news: true }]];
const expected = [["Product Clicked", { sku: "merino-scarf" }], ["Form Started", { form: "news" }], ...sent, ...sent];

const said = ({ type, event, properties, traits }) => [event ?? type, properties ?? traits];

export default Object.entries(places).map(([where, { markup, at, none }]) => ({
  title: `declared in markup ${where}: clicks, a form begun, sent twice, and its traits`,
  browsers: ["chromium", "firefox", "webkit"],
  async run(t) {
    const shop = await t.shop();
    const path = write(shop, "declared.html", markup);
    const tab = await (await t.browser()).newTab();
    await tab.goto(shop.origin + path);
    await tab.evaluate(build);
    await allow(tab);
    await tab.click(`${at}#seen b`);
    await tab.click(`${at}#unseen`);
    await tab.fill(`${at}#name`, "Ada");
    await tab.click(`${at}#send`);
    await tab.click(`${at}#send`);
    await tab.evaluate(() => window.vitrine.track("Product Viewed", { sku: "the-end" }));
    const heard = async () => {
      await tab.evaluate(() => window.vitrine.flush());
      const all = (await events(shop.server)).map(said);
      return all.some(([name]) => name === "Product Viewed") && all.filter(([name]) => /Form|Clicked|identify/.test(name));
    };
    assert.deepEqual(await until(heard, "the events to arrive", 10_000), none ? [] : expected);
    assert.deepEqual((await notes(tab)).faults, []);
  },
}));
