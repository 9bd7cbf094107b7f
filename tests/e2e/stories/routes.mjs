// A page that changes its address without loading: each route shows what is meant for it.

import { accept, visit } from "../support/person.mjs";

/** The usual shop, with other words in the hero of two routes; neither may replace what is already shown. */
const routed = site => {
  const words = path => ({
    id: `hero${path.replace("/", "-")}`, slot: "hero", priority: 100, when: { "context.page.path": path },
    variants: [{ id: "a", actions: [{ text: { at: "h1", to: `welcome to ${path}` } }] }],
  });
  site.experiences.push(words("/first"), words("/second"));
  return site;
};

export default [
  {
    title: "a route's own content comes with the route, and goes with it",
    browsers: ["chromium"],
    async run(t) {
      const shop = await t.shop({ site: routed });
      const tab = await (await t.browser()).newTab();
      await visit(tab, `${shop.origin}/`);
      const own = await tab.evaluate(() => document.querySelector("[data-vitrine-slot=hero] h1").textContent);
      await accept(tab);
      const shows = (text, what) => tab.waitFor(text => document.querySelector("[data-vitrine-slot=hero] h1").textContent == text, [text], { what });
      await tab.evaluate(() => history.pushState(null, "", "/first"));
      await shows("welcome to /first", "the first route's words");
      await tab.evaluate(() => history.pushState(null, "", "/second"));
      await shows("welcome to /second", "the second route's words");
      await tab.evaluate(() => history.back());
      await shows("welcome to /first", "the first route's words again");
      await tab.evaluate(() => history.replaceState(null, "", "/"));
      await shows(own, "the page's own words");
    },
  },
];
