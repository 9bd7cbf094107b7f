// What decides besides conditions, on a page that somebody uses: triggers, groups, caps, redirects, what a variant tells, previews, stops.

import assert from "node:assert/strict";

import { allow, reads, says, shopWith, there, write } from "../support/page.mjs";
import { notes } from "../support/person.mjs";
import { events } from "../support/rows.mjs";
import { binary, run } from "../support/server.mjs";
import { until } from "../support/until.mjs";

const everywhere = ["chromium", "firefox", "webkit"];

const box = name => `<p data-vitrine-slot="${name}">own ${name}</p>`;
const text = (tab, selector) => tab.evaluate(selector => document.querySelector(selector)?.textContent, selector);
const faultless = async tab => assert.deepEqual((await notes(tab)).faults, []);
const exposures = async (shop, experience) => (await events(shop.server)).filter(({ event, properties }) =>
  event === "Experience Viewed" && properties.experience === experience);

const on = (id, trigger, more) => says(id, { trigger, ...more });
const triggers = [
  on("exit", { on: "exit" }), on("idle", { on: "idle" }), on("timer", { on: "timer", after: "1s" }), on("inactive", { on: "inactivity", after: "1s" }),
  on("scroll", { on: "scroll", percent: 90 }), on("visible", { on: "visible", at: "#far" }), on("added", { on: "event", where: { event: "Product Added" } }),
  on("entered", { on: "segment", segment: "adder" }), on("left", { on: "segment", segment: "adder", left: true }),
];

export default [{
  title: "triggers: each starts its experience when it happens, and not before",
  browsers: everywhere,
  async run(t) {
    const segments = { adder: { when: { "cart.items": { $gte: 1 } } } };
    const slots = Object.fromEntries(triggers.map(({ slot }) => [slot, {}]));
    const shop = await shopWith(t, { slots, segments, experiences: triggers });
    const far = `${triggers.map(({ slot }) => box(slot)).join("")}${"<br>".repeat(300)}<p id="far">far</p>`;
    const tab = await (await t.browser()).newTab();
    await tab.goto(shop.origin + write(shop, "triggers.html", far));
    await allow(tab);
    for (const name of ["idle", "timer", "inactive"]) await reads(tab, `[data-vitrine-slot=${name}]`, `${name} says`);
    for (const name of ["exit", "scroll", "visible", "added", "entered", "left"]) assert.equal(await text(tab, `[data-vitrine-slot=${name}]`), `own ${name}`);
    await tab.evaluate(() => document.body.dispatchEvent(new MouseEvent("mouseout", { bubbles: true, clientY: -1, relatedTarget: null })));
    await reads(tab, "[data-vitrine-slot=exit]", "exit says");
    await tab.evaluate(() => document.querySelector("#far").scrollIntoView());
    for (const name of ["scroll", "visible"]) await reads(tab, `[data-vitrine-slot=${name}]`, `${name} says`);
    await tab.evaluate(() => window.vitrine.track("Product Added", { product_id: "p1", price: 5, quantity: 1 }));
    for (const name of ["added", "entered"]) await reads(tab, `[data-vitrine-slot=${name}]`, `${name} says`);
    await tab.evaluate(() => window.vitrine.track("Product Removed", { product_id: "p1", price: 5, quantity: 1 }));
    await reads(tab, "[data-vitrine-slot=left]", "left says");
    // Another view of the page: what was started is over.
    await tab.evaluate(() => { history.pushState(null, "", "/elsewhere"); document.body.append("another route"); });
    await reads(tab, "[data-vitrine-slot=exit]", "own exit");
    await faultless(tab);
  },
}, {
  title: "groups and caps: one of a group on a page, and what was seen often enough is not shown on the next",
  browsers: everywhere,
  async run(t) {
    const experiences = [says("first", { group: "g", priority: 9, cap: [{ max: 1, per: "7d" }] }), says("second", { group: "g" }), says("third", { slot: "first" })];
    const shop = await shopWith(t, { slots: { first: {}, second: {} }, experiences });
    const both = write(shop, "both.html", box("first") + box("second"));
    const alone = write(shop, "alone.html", box("second"));
    const tab = await (await t.browser()).newTab();
    await tab.goto(shop.origin + both);
    await allow(tab);
    await reads(tab, "[data-vitrine-slot=first]", "first says");
    assert.equal(await text(tab, "[data-vitrine-slot=second]"), "own second");
    await tab.evaluate(() => { window.__seen = []; window.vitrine.on("exposure", seen => window.__seen.push(seen.experience)); });
    await tab.waitFor(() => window.__seen.includes("first"), [], { what: "it to be seen" });
    assert.equal(await text(tab, "[data-vitrine-slot=first]"), "first says", "what is on screen stays");
    await tab.goto(shop.origin + both);
    await reads(tab, "[data-vitrine-slot=first]", "third says");
    assert.equal(await tab.evaluate(() => window.vitrine.explain("first").experiences.find(one => one.experience === "first").rejected), "cap");
    // Alone on a page, the weaker one is the group's strongest.
    await tab.goto(shop.origin + alone);
    await reads(tab, "[data-vitrine-slot=second]", "second says");
    await faultless(tab);
  },
}, {
  title: "caps over tabs: what was seen often enough in one gives way in another that nobody looks at, and stays where somebody does",
  browsers: everywhere,
  async run(t) {
    const once = says("once", { slot: "box", priority: 9, cap: [{ max: 1, per: "7d" }] });
    const shop = await shopWith(t, { slots: { box: {} }, experiences: [once, says("always", { slot: "box" })] });
    // Drivers keep every tab visible: what a page is asked for its visibility is ours here.
    const page = write(shop, "once.html", `${box("box")}<script>
      let state = "hidden";
      Object.defineProperty(document, "visibilityState", { get: () => state });
      window.turn = next => { state = next; document.dispatchEvent(new Event("visibilitychange")); };
    </script>`);
    const browser = await t.browser();
    const [seen, behind, beside] = [await browser.newTab(), await browser.newTab(), await browser.newTab()];
    for (const tab of [seen, behind, beside]) {
      await tab.goto(shop.origin + page);
      await (tab === seen ? allow(tab) : there(tab));
      await reads(tab, "[data-vitrine-slot=box]", "once says");
    }
    await beside.evaluate(() => window.turn("visible"));
    await beside.evaluate(() => { document.querySelector("[data-vitrine-slot=box]").style.marginTop = "300vh"; });
    await seen.evaluate(() => window.turn("visible"));
    await reads(behind, "[data-vitrine-slot=box]", "always says");
    await seen.evaluate(() => window.vitrine.flush());
    await until(async () => (await exposures(shop, "once")).length === 1, "the exposure to arrive");
    assert.equal(await text(beside, "[data-vitrine-slot=box]"), "once says", "what is in front of somebody stays");
    for (const tab of [seen, behind, beside]) await faultless(tab);
  },
}, {
  title: "redirect: the exposure is kept before the page is left, the address is clean afterwards, and nobody goes in circles",
  browsers: everywhere,
  async run(t) {
    const goes = (id, to, path) => ({ id, slot: "way", when: { "context.page.path": path }, variants: [{ id: "v", actions: [{ redirect: { to } }] }] });
    const experiences = [goes("away", "/new.html?x=1", "/old.html"), goes("back", "/old.html", "/new.html"), goes("self", "/self.html", "/self.html")];
    const shop = await shopWith(t, { slots: { way: {} }, experiences });
    for (const name of ["old.html", "new.html", "self.html", "start.html"]) write(shop, name, `<div data-vitrine-slot="way"></div><h1>${name}</h1>`);
    const tab = await (await t.browser()).newTab();
    await tab.goto(`${shop.origin}/start.html`);
    await allow(tab);
    await tab.goto(`${shop.origin}/old.html`);
    await tab.waitFor(() => location.pathname === "/new.html" && document.querySelector("h1") && window.vitrine?.diagnostics?.().some(({ code }) => code === "VT-REDIRECT-LOOP"),
      [], { what: "the new page, and no way back" });
    assert.equal(await tab.evaluate(() => location.search), "?x=1");
    await tab.evaluate(() => window.vitrine.flush());
    await until(async () => (await exposures(shop, "away")).length === 1, "the exposure to arrive");
    assert.deepEqual([(await exposures(shop, "back")).length, (await exposures(shop, "self")).length], [0, 0]);
    await tab.goto(`${shop.origin}/self.html`);
    await tab.waitFor(() => window.vitrine?.diagnostics?.().some(({ code }) => code === "VT-REDIRECT-LOOP"), [], { what: "the circle to be noticed" });
    assert.equal(await text(tab, "h1"), "self.html");
    await faultless(tab);
  },
}, {
  title: "emit, slots by selector and slots that the page draws: told, found, and counted",
  browsers: everywhere,
  async run(t) {
    const emits = { id: "chat", slot: "chat", variants: [{ id: "v", actions: [{ emit: { name: "open-chat", detail: { team: 7 } } }] }] };
    const drawn = { id: "card", slot: "card", variants: [{ id: "v", actions: [{ content: { title: "Drawn" } }] }] };
    const slots = { chat: {}, card: { content: { title: "string" } }, picked: { selector: "main > .teaser" }, broken: { selector: "p:nope" } };
    const shop = await shopWith(t, { slots, experiences: [emits, drawn, says("picked")] });
    const page = write(shop, "drawn.html", `<i data-vitrine-slot="chat"></i><main><p class="teaser">own</p></main><section id="card">.</section>`);
    const tab = await (await t.browser()).newTab();
    await tab.goto(shop.origin + page);
    await there(tab);
    await tab.evaluate(() => {
      window.__told = [];
      document.addEventListener("vitrine:emit", ({ detail }) => window.__told.push(detail));
      window.vitrine.on("exposure", ({ experience }) => window.__told.push(experience));
      window.vitrine.onSlot("card", ({ content }) => { document.querySelector("#card").textContent = content?.title ?? "own"; });
      window.vitrine.seen("card", document.querySelector("#card"));
    });
    await allow(tab);
    await reads(tab, "main > .teaser", "picked says");
    await reads(tab, "#card", "Drawn");
    await tab.waitFor(() => ["chat", "picked", "card"].every(name => window.__told.includes(name)), [], { what: "all three to be seen" });
    assert.deepEqual(await tab.evaluate(() => window.__told.filter(one => one.name)), [{ slot: "chat", experience: "chat", variant: "v", name: "open-chat", detail: { team: 7 } }]);
    await tab.evaluate(() => window.vitrine.consent.withdraw());
    await reads(tab, "main > .teaser", "own");
    await faultless(tab);
  },
}, {
  title: "preview: a signed link shows one variant before any choice, and counts nothing; one that is changed or old shows nothing",
  browsers: everywhere,
  async run(t) {
    const experiences = [says("hidden", { paused: true, slot: "spot", variants: ["a", "b"].map(id => ({ id, actions: [{ text: { to: `variant ${id}` } }] })) })];
    const shop = await shopWith(t, { slots: { spot: {} }, experiences });
    const page = write(shop, "preview.html", box("spot"));
    const link = (...more) => run(binary, ["preview", "hidden", "--site", shop.server.siteFile, "--database", shop.server.database, "--page", shop.origin + page, ...more]).trim();
    const tab = await (await t.browser()).newTab();
    await tab.goto(link("--variant", "b"));
    await reads(tab, "[data-vitrine-slot=spot]", "variant b");
    assert.equal(await tab.evaluate(() => window.vitrine.decide("spot").reason), "preview");
    await allow(tab);
    await tab.evaluate(() => window.vitrine.track("Product Viewed", { sku: "x" }));
    await tab.evaluate(() => window.vitrine.flush());
    assert.deepEqual(await exposures(shop, "hidden"), []);
    const claims = url => JSON.parse(Buffer.from(new URL(url).searchParams.get("vitrine-preview").split(".")[0], "base64url"));
    const good = link("--variant", "a");
    const resaid = good.replace(/(vitrine-preview=)[^.]*/, (_, name) => name + Buffer.from(JSON.stringify({ ...claims(good), variant: "b" })).toString("base64url"));
    const old = link("--expires", "1s");
    await until(() => Date.now() > claims(old).expires, "the link to expire");
    for (const wrong of [resaid, `${good.slice(0, -4)}AAAA`, old, `${shop.origin}${page}?vitrine-preview=nonsense`]) {
      await tab.goto(wrong);
      await tab.waitFor(() => window.vitrine?.diagnostics?.().some(({ code }) => code === "VT-PREVIEW"), [], { what: "the link to be refused" });
      assert.equal(await text(tab, "[data-vitrine-slot=spot]"), "own spot");
    }
    await faultless(tab);
  },
}, {
  title: "stop: an operator's switch puts open pages back within two seconds, and they go on when it is lifted",
  browsers: everywhere,
  async run(t) {
    const shop = await shopWith(t, { slots: { one: {}, two: {} }, experiences: [says("one", { live: true }), says("two", { live: true })] });
    const tab = await (await t.browser()).newTab();
    await tab.goto(shop.origin + write(shop, "stop.html", box("one") + box("two")));
    await allow(tab);
    await reads(tab, "[data-vitrine-slot=two]", "two says");
    await until(() => shop.proxy.requests.some(({ path }) => path.includes("/v1/visitor/stream")), "the stream to be open");
    const stop = (...args) => run(binary, ["stop", ...args, "--site", shop.server.siteFile, "--database", shop.server.database, "--url", shop.server.origin]);
    const soon = { timeout: 2_000 };
    stop("one", "--reason", "price");
    await reads(tab, "[data-vitrine-slot=one]", "own one", soon);
    assert.equal(await text(tab, "[data-vitrine-slot=two]"), "two says");
    assert.match(stop(), /experience one {2}\(price\)/);
    stop("one", "--resume");
    await reads(tab, "[data-vitrine-slot=one]", "one says");
    stop("--all");
    await reads(tab, "[data-vitrine-slot=two]", "own two", soon);
    stop("--all", "--resume");
    await reads(tab, "[data-vitrine-slot=two]", "two says");
    stop("--sdk");
    await reads(tab, "[data-vitrine-slot=two]", "own two", soon);
    assert.equal((await tab.evaluate(() => window.vitrine.track("Product Viewed", { sku: "x" }))).status, "dropped");
    // The next page neither: not even for one frame.
    await tab.goto(`${shop.origin}/stop.html`);
    await there(tab);
    assert.equal((await tab.evaluate(() => window.vitrine.ready)).mode, "off");
    assert.equal(await text(tab, "[data-vitrine-slot=one]"), "own one");
    stop("--sdk", "--resume");
    await tab.goto(`${shop.origin}/stop.html`);
    await reads(tab, "[data-vitrine-slot=one]", "one says");
    await tab.goto(`${shop.origin}/stop.html?vitrine=off`);
    await there(tab);
    assert.equal((await tab.evaluate(() => window.vitrine.ready)).mode, "off");
    assert.equal(await text(tab, "[data-vitrine-slot=one]"), "own one");
    await faultless(tab);
  },
}];
