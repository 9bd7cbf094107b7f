// Who is measured, each with its best documented set-up on the same page; what they load comes from their npm packages.

import { readFileSync } from "node:fs";

import { root } from "../lib/parts.mjs";
import { mark, right } from "./content.mjs";

const packed = name => readFileSync(`${root}node_modules/${name}`);
const json = value => JSON.stringify(value).replaceAll("<", "\\u003c");

/** One experiment of GrowthBook's visual editor that gives everybody its second variation, and no features. */
export const payload = {
  features: {},
  experiments: [{
    key: "hero-winter", changeId: "hero-winter-1", status: "running", hashAttribute: "id", hashVersion: 2, seed: "hero-winter", coverage: 1, weights: [0, 1],
    urlPatterns: [{ include: true, type: "simple", pattern: "*" }],
    meta: [{ key: "0" }, { key: "1" }], phase: "0", name: "hero-winter",
    variations: [{}, { domMutations: [
      { selector: ".hero h1", action: "set", attribute: "html", value: right.title },
      { selector: ".hero__text", action: "set", attribute: "html", value: right.text },
      { selector: ".hero__picture", action: "append", attribute: "class", value: mark },
    ] }],
  }],
  dateUpdated: "2026-01-01T00:00:00.000Z",
};

const growthbook = attributes => `<script ${attributes} data-api-host="https://shop.test" data-client-key="sdk-bench" src="/assets/growthbook-auto.min.js"></script>\n`;

// What Adobe asks for, in our own words: a style of this id that goes by itself after three seconds, on the personalised element alone,
// as it recommends; and a function of the page's that keeps calls, each with its promise, until the library is there.
const hiding = ".hero { opacity: 0 !important }";
const prehide = `<script>
{
  const style = document.createElement("style");
  style.id = "alloy-prehiding";
  style.textContent = ${json(hiding)};
  document.head.append(style);
  setTimeout(() => style.remove(), 3000);
}
</script>
`;
const alloyBase = `<script>
window.__alloyNS = ["alloy"];
window.alloy = (...given) => new Promise((keep, fail) => window.alloy.q.push([keep, fail, given]));
window.alloy.q = [];
alloy("configure", ${json({ datastreamId: "bench", orgId: "BENCH@AdobeOrg", edgeDomain: "shop.test", thirdPartyCookiesEnabled: false, clickCollectionEnabled: false, prehidingStyle: hiding })});
alloy("sendEvent", { renderDecisions: true, xdm: { eventType: "web.webpagedetails.pageViews" } });
</script>
<script async src="/assets/alloy.min.js"></script>
`;

/** What the fake of the Edge network answers to a request for decisions: the shape alloy reads, decided at once. */
export function edgeAnswer(requestId) {
  const item = (id, data) => ({ id, schema: "https://ns.adobe.com/personalization/dom-action", data: { prehidingSelector: data.selector, ...data } });
  return {
    requestId,
    handle: [
      { type: "identity:result", payload: [{ id: "10000000000000000000000000000000000001", namespace: { code: "ECID" } }] },
      { type: "personalization:decisions", eventIndex: 0, payload: [{
        id: "AT:hero", scope: "__view__",
        scopeDetails: { decisionProvider: "TGT", activity: { id: "1" }, experience: { id: "1" }, strategies: [{ algorithmID: "0", trafficType: "0" }],
          characteristics: { eventToken: "bench", scopeType: "page" } },
        items: [
          item("1", { type: "setText", selector: ".hero h1", content: right.title }),
          item("2", { type: "setText", selector: ".hero__text", content: right.text }),
          item("3", { type: "setAttribute", selector: ".hero__picture", content: { class: `hero__picture ${mark}` } }),
        ],
      }] },
      { type: "state:store", payload: [{ key: "kndctr_BENCH_AdobeOrg_identity", value: "bench", maxAge: 34128000 }] },
    ],
  };
}

// What a page pays that remembers one word on the device and needs it before its first paint, with no SDK at all: the control for us,
// who have to read what a visitor chose and what they are to see.
const remembering = `<script>document.documentElement.dataset.theme = localStorage.theme ??= "light"</script>\n`;
/** Those that put nothing of their own on the page. */
const plain = ["bare", "theme remembered"];

/** The lines that each subject adds to the page. */
export const subjects = boot => [
  { name: "bare" },
  { name: "theme remembered", first: remembering },
  { name: "vitrine", first: `${boot}\n` },
  { name: "growthbook async", last: growthbook("async") },
  { name: "growthbook anti-flicker", last: growthbook('data-anti-flicker="true"') },
  { name: "growthbook blocking", last: `<script>window.growthbook_config = { payload: ${json(payload)} };</script>\n${growthbook("")}` },
  { name: "alloy pre-hiding", first: prehide + alloyBase },
].map(subject => ({ ...subject, path: `/${subject.name.replace(/\W+/g, "-")}`, personal: !plain.includes(subject.name) }));

export const assets = {
  "/assets/growthbook-auto.min.js": packed("@growthbook/growthbook/dist/bundles/auto.min.js"),
  "/assets/alloy.min.js": packed("@adobe/alloy/dist/alloy.min.js"),
};
