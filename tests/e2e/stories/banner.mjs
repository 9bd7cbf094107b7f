// The consent banner where it stands: in the shop's page, in both languages, on a wide and on a narrow screen.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

import { notes, visit } from "../support/person.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const BANNER = "vitrine-consent-banner";

/** What breaks a rule of WCAG 2.2 AA in the whole page, banner included. */
async function broken(tab) {
  await tab.evaluate(`() => { ${axe}; }`);
  const found = await tab.evaluate(async () => (await window.axe.run(document,
    { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })).violations
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(" ")}`));
  return found;
}

export default ["en", "fr"].map(lang => ({
  title: `the banner in the shop has no accessibility violation, wide and narrow (${lang})`,
  browsers: ["chromium"],
  async run(t) {
    const shop = await t.shop();
    shop.proxy.rewrite = text => text.replaceAll('lang="en"', `lang="${lang}"`);
    const tab = await (await t.browser()).newTab();
    for (const [width, height] of [[1280, 800], [390, 844]]) {
      await tab.page.setViewportSize({ width, height });
      await visit(tab, `${shop.origin}/?${width}`);
      await tab.waitFor(tag => document.querySelector(tag)?.shadowRoot?.querySelector("[role=dialog]")?.getClientRects().length > 0, [BANNER], { what: "the consent banner" });
      assert.equal(await tab.evaluate(tag => document.querySelector(tag).shadowRoot.querySelector("[role=dialog]").lang, BANNER), lang);
      // Before axe, which writes styles of its own.
      const { faults, violations } = await notes(tab);
      assert.deepEqual({ faults, violations }, { faults: [], violations: [] });
      assert.deepEqual(await broken(tab), [], `${width} px`);
      assert.ok(await tab.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${width} px: it fits`);
      await tab.click(`${BANNER} >>> [data-act="choose"]`);
      assert.deepEqual(await broken(tab), [], `${width} px, each purpose by itself`);
    }
  },
}));
