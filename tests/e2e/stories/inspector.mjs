// The inspector on a live page: why not, what if, when, and the other variant; and nothing of it is kept, sent or counted.

import assert from "node:assert/strict";

import { callsOutside, requestsOutside } from "../support/closed.mjs";
import { dump, open, pick, press, says, section, traces, type } from "../support/inspector.mjs";
import { accept, heroIs, likeWinter, look, notes, textOf, visit, winter, winterHero } from "../support/person.mjs";
import { events } from "../support/rows.mjs";
import { until } from "../support/until.mjs";

const all = ["chromium", "firefox", "webkit"];

export default [
  {
    title: "the inspector before a choice: it says that nothing is kept, and asks for nothing but its own files",
    browsers: all,
    async run(t) {
      const shop = await t.shop();
      const tab = await (await t.browser()).newTab();
      await visit(tab, `${shop.origin}/`);
      const before = await traces(tab);
      assert.equal(await open(tab), "function");
      await says(tab, "[data-slot=hero]", "the page’s own content");
      await says(tab, ".body", "The replica agrees with the page.");
      await section(tab, "events");
      await says(tab, ".none", "No event is kept: there is no consent");
      await section(tab, "consent");
      await says(tab, ".none", "nothing is kept and nothing is sent");

      // What would follow from a grant, without one.
      await pick(tab, "consent:personalization", "granted");
      await says(tab, ".strip.if", "personalization: granted");
      assert.equal(await tab.evaluate(() => window.vitrine.consent.get().personalization.state), "unknown");
      assert.equal(await tab.evaluate(async () => (await window.vitrine.inspect()) === window.inspector), true, "one inspector a page");

      await press(tab, "close");
      assert.deepEqual(await traces(tab), before);
      const { calls, faults, violations } = await notes(tab);
      assert.deepEqual(callsOutside(calls, { site: shop.keys.site, origin: shop.origin }), []);
      assert.deepEqual({ faults, violations }, { faults: [], violations: [] });
      // WebKit sends a referrer with every module, whoever asks for it.
      if (t.browserName !== "webkit") assert.deepEqual(requestsOutside(shop.proxy.requests, { site: shop.keys.site }), []);
      assert.ok(shop.proxy.requests.some(({ path }) => /\/inspector-[^/]+\.js$/.test(path)), "it came as a file of its own");
    },
  },
  {
    title: "the inspector: why not, what if a fact, an event or a choice were otherwise, and what in thirty days",
    browsers: all,
    async run(t) {
      const shop = await t.shop();
      const tab = await (await t.browser()).newTab();
      await visit(tab, `${shop.origin}/`);
      await accept(tab);
      for (const sku of winter.slice(0, 2)) await look(tab, sku);
      await tab.waitFor(async () => (await window.vitrine.visitor.profile())?.history.filter(({ name }) => name === "Product Viewed").length === 2, [], { what: "two views" });
      await open(tab);

      await section(tab, "segments");
      const fans = "[data-segment=winter-fans]";
      await says(tab, `${fans} .chip`, "out");
      await press(tab, "why:winter-fans");
      await says(tab, `${fans} .decides`, "number of “Product Viewed” in the last 7 d ≥ 3 2");
      await says(tab, `${fans} .decides .mark`, "decides");
      await says(tab, `${fans} .change`, "≥ 3 (now 2)");

      // One more view would do it.
      await section(tab, "events");
      await pick(tab, "event", "Product Viewed");
      await type(tab, "properties:Product Viewed", "{\"category\":\"winter\"}");
      await says(tab, ".follows", "Winter fans → enters");
      await says(tab, ".follows", "hero the page’s own content → hero-winter · winter");
      await section(tab, "segments");
      await says(tab, `${fans} .chip`, "→ enters");
      await press(tab, "reset");
      await says(tab, `${fans} .chip`, "→ enters", false);

      // A fact, with what it decides.
      await section(tab, "facts");
      await press(tab, "change:orders.value");
      await type(tab, "edit:orders.value", "600");
      await says(tab, ".follows", "Big customer → enters");
      await says(tab, "[role=status]", "Big customer: enters");
      await section(tab, "slots");
      await press(tab, "why:greeting");
      await says(tab, "[data-slot=greeting] .decides", "orders.value ≥ 500 600");
      await says(tab, "[data-slot=greeting] .decides .chip", "supposed");
      assert.deepEqual(await tab.evaluate(() => [window.vitrine.inSegment("big-customer"), window.vitrine.decide("greeting").experience]), [false, null], "the page itself is as it was");
      await press(tab, "reset");

      // The third view really happens: the panel follows, then travels.
      // Under the panel: clicked as the keyboard does.
      for (const name of [`quick-look-${winter[2]}`, "quick-look-close"]) await tab.evaluate(name => document.querySelector(`[data-test=${name}]`).click(), name);
      await heroIs(tab, winterHero);
      await says(tab, "[data-slot=hero]", "hero-winter · winter");
      // Nothing more happens by itself then: what is clicked stays where it is.
      await tab.evaluate(() => { document.documentElement.scrollTop = 0; });
      await tab.waitFor(async () => (await window.inspector.dump()).happened.some(({ kind, detail }) => kind === "exposure" && detail.slot === "hero"), [], { what: "the hero to be seen" });
      await tab.evaluate(() => window.vitrine.flush());
      await section(tab, "timeline");
      await says(tab, ".past [data-kind=decision]", "hero hero-winter · winter");
      await press(tab, `plus:${30 * 86_400_000}`);
      await says(tab, ".follows", "Winter fans → leaves");
      await press(tab, "present");
      const views = (await dump(tab)).happened.filter(({ kind, detail }) => kind === "event" && detail.name === "Product Viewed");
      assert.equal(views.length, 3);
      await press(tab, `go:${views[1].at}`);
      await says(tab, ".follows", "Winter fans → leaves");
      await says(tab, ".body", "Made again from the events that are left");
      await press(tab, "reset");
      await section(tab, "consent");
      await pick(tab, "consent:personalization", "denied");
      await says(tab, ".follows", "hero hero-winter · winter → the page’s own content");

      const { now, differs, problem } = await dump(tab);
      assert.deepEqual([now.segments, differs, problem], [await tab.evaluate(() => [...window.vitrine.segments()]), [], null]);
      await tab.evaluate(() => window.vitrine.flush());
      await until(async () => (await events(shop.server)).filter(({ event }) => event === "Product Viewed").length >= 3, "the real views at the server");
      assert.equal((await events(shop.server)).filter(({ event }) => event === "Product Viewed").length, 3, "no supposed one among them");
      assert.equal(await tab.evaluate(() => window.vitrine.consent.get().personalization.state), "granted");
      const { faults, violations } = await notes(tab);
      assert.deepEqual({ faults, violations }, { faults: [], violations: [] });
    },
  },
  {
    title: "the inspector shows another variant on the page, lets it go, and counts nothing",
    browsers: all,
    async run(t) {
      const shop = await t.shop();
      const tab = await (await t.browser()).newTab();
      await likeWinter(tab, shop);
      const own = await textOf(tab, "promise");
      await open(tab);
      await press(tab, "why:promise");
      const other = /repair/.test(own) ? ["returns", "sixty days"] : ["repairs", "we repair"];
      await press(tab, `force:promise-split:${other[0]}`);
      await tab.waitFor(text => document.querySelector("[data-test=promise]").textContent.includes(text), [other[1]], { what: "the forced variant" });
      await says(tab, ".strip", `promise-split · ${other[0]} is forced on the page`);
      await tab.evaluate(() => document.querySelector("[data-test=promise]").scrollIntoView({ block: "center" }));
      await tab.waitFor(() => document.querySelector("[data-test=promise]").getBoundingClientRect().top < innerHeight);
      await tab.waitFor(() => performance.now() - (window.__inView ??= performance.now()) > 1_500, [], { what: "the forced variant to be in view for longer than an exposure takes" });
      assert.deepEqual((await dump(tab)).happened.filter(({ kind, detail }) => kind === "exposure" && detail.variant === other[0]), []);
      await press(tab, "release");
      await tab.waitFor(text => document.querySelector("[data-test=promise]").textContent.replace(/\s+/g, " ").trim() === text, [own], { what: "what the page showed before" });

      // What is forced goes with the inspector, too.
      await press(tab, `force:promise-split:${other[0]}`);
      await tab.waitFor(text => document.querySelector("[data-test=promise]").textContent.includes(text), [other[1]], { what: "the forced variant again" });
      await tab.evaluate(() => window.inspector.close());
      await tab.waitFor(text => document.querySelector("[data-test=promise]").textContent.replace(/\s+/g, " ").trim() === text, [own], { what: "the page without an inspector" });
      assert.equal((await traces(tab)).panels, 0);

      await tab.evaluate(() => window.vitrine.flush());
      const seen = (await events(shop.server)).filter(({ event, properties }) => event === "Experience Viewed" && properties.variant === other[0]);
      assert.deepEqual(seen, []);
    },
  },
];
