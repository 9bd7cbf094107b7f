// The inspector's panel: by keys, without its files, by the page's address, and for everybody.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

import { open, PANEL, press, says, section, traces, type } from "../support/inspector.mjs";
import { heroIs, likeWinter, notes, ownHero, visit, winterHero } from "../support/person.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const all = ["chromium", "firefox", "webkit"];
const TABS = ["slots", "segments", "facts", "events", "consent", "timeline"];

async function broken(tab) {
  await tab.evaluate(`() => { ${axe}; }`);
  return tab.evaluate(async () => (await window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })).violations
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(" ")}`));
}

export default [
  {
    title: "the inspector by keys alone: sections, a fact, the way out, and back to where one was",
    async run(t) {
      const shop = await t.shop();
      const tab = await (await t.browser()).newTab();
      await likeWinter(tab, shop);
      await tab.evaluate(() => document.querySelector("a[href]").focus());
      const before = await traces(tab);
      await open(tab);
      const { keyboard } = tab.page;
      const focused = () => tab.evaluate(tag => document.querySelector(tag)?.shadowRoot.activeElement?.dataset.key, PANEL);
      assert.equal(await focused(), "tab:slots");
      await keyboard.press("End");
      assert.equal(await focused(), "tab:timeline");
      for (const key of ["ArrowRight", "ArrowRight", "ArrowRight"]) await keyboard.press(key);
      assert.equal(await focused(), "tab:facts");
      while (await focused() !== "change:orders.value") {
        await keyboard.press("Tab");
        assert.notEqual(await focused(), undefined, "the way to the fact stays in the panel");
      }
      await keyboard.press("Enter");
      assert.equal(await focused(), "edit:orders.value");
      await keyboard.press("Escape");
      assert.equal(await focused(), "change:orders.value", "Escape ends the edit first");
      await keyboard.press("Enter");
      await keyboard.press("Control+A");
      await keyboard.type("750");
      await keyboard.press("Enter");
      await says(tab, ".follows", "Big customer → enters");
      assert.equal(await focused(), "change:orders.value");
      await keyboard.press("Escape");
      assert.deepEqual(await traces(tab), before);
    },
  },
  {
    title: "the inspector without its tools says so, shows the page's own word, and tries again",
    browsers: all,
    async run(t) {
      const shop = await t.shop();
      const tab = await (await t.browser()).newTab();
      await likeWinter(tab, shop);
      let missing = true;
      shop.proxy.fault = ({ path }) => missing && /\/tools-[^/]+\.wasm$/.test(path) ? { status: 404 } : undefined;
      await open(tab);
      await says(tab, ".strip.bad", "tools could not be loaded");
      await says(tab, "[data-slot=hero]", "hero-winter · winter");
      missing = false;
      await press(tab, "retry");
      await says(tab, ".body", "The replica agrees with the page.");
      await press(tab, "close");
      await heroIs(tab, winterHero);

    },
  },
  {
    title: "without the inspector's own file nothing opens, nothing throws, and one diagnostic says why",
    browsers: all,
    async run(t) {
      const shop = await t.shop();
      const tab = await (await t.browser()).newTab();
      shop.proxy.fault = ({ path }) => /\/inspector-[^/]+\.js$/.test(path) ? { status: 404 } : undefined;
      await visit(tab, `${shop.origin}/`);
      assert.equal(await tab.evaluate(async () => typeof (await window.vitrine.inspect())), "undefined");
      const { diagnostics, violations } = await notes(tab);
      assert.deepEqual(diagnostics.map(({ code, where }) => [code, where]), [["VT-LOAD-FAILED", "inspect"]]);
      assert.deepEqual(violations, []);
      assert.equal((await traces(tab)).panels, 0);
    },
  },
  {
    title: "the inspector opens with the page where its address asks for it",
    browsers: all,
    async run(t) {
      const shop = await t.shop();
      const tab = await (await t.browser()).newTab();
      await tab.goto(`${shop.origin}/?vitrine-inspect`);
      await tab.waitFor(tag => Boolean(document.querySelector(tag)?.shadowRoot?.querySelector("[data-slot=hero]")), [PANEL], { what: "the inspector" });
      await heroIs(tab, ownHero);
      await press(tab, "close");
      assert.equal((await traces(tab)).panels, 0);
    },
  },
  ...["en", "fr"].map(lang => ({
    title: `the inspector has no accessibility violation, wide and narrow, light and dark (${lang})`,
    async run(t) {
      const shop = await t.shop();
      shop.proxy.rewrite = text => text.replaceAll("lang=\"en\"", `lang="${lang}"`);
      const tab = await (await t.browser()).newTab();
      await likeWinter(tab, shop);
      for (const [width, height, colorScheme] of [[1280, 800, "light"], [390, 844, "dark"]]) {
        await tab.page.setViewportSize({ width, height });
        await tab.page.emulateMedia({ colorScheme });
        await visit(tab, `${shop.origin}/?${width}`);
        await open(tab);
        assert.equal(await tab.evaluate(tag => document.querySelector(tag).lang, PANEL), lang);
        await press(tab, "why:hero");
        assert.deepEqual(await broken(tab), [], `${width} px, slots`);
        await section(tab, "segments");
        await press(tab, "why:winter-fans");
        assert.deepEqual(await broken(tab), [], `${width} px, segments`);
        await section(tab, "facts");
        await press(tab, "change:orders.value");
        await type(tab, "edit:orders.value", "600");
        await press(tab, "change:orders.value");
        for (const name of TABS.slice(2)) {
          await section(tab, name);
          assert.deepEqual(await broken(tab), [], `${width} px, ${name}`);
        }
        assert.ok(await tab.evaluate(tag => document.documentElement.scrollWidth <= innerWidth && document.querySelector(tag).shadowRoot.querySelector(".body").scrollWidth <= innerWidth, PANEL), `${width} px: it fits`);
        await press(tab, "close");
      }
    },
  })),
];
