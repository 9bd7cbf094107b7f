// What a person does in the shop and sees on it, by its `data-test` hooks (www/shop/README.md).

/** A selector for a hook. */
export const hook = name => `[data-test="${name}"]`;

/** The SDK has started, in whatever mode; its mode is returned. */
export const ready = tab => tab.waitFor(() => document.querySelector("[data-test=demo-mode]")?.textContent, [], { what: "the SDK to say its mode" });

/** Opens a page of the shop and waits for the SDK. */
export async function visit(tab, url) {
  await tab.goto(url);
  return ready(tab);
}

/** Opens the quick look of a product and closes it again. */
export async function look(tab, sku) {
  await tab.click(hook(`quick-look-${sku}`));
  await tab.click(hook("quick-look-close"));
}

/** Three winter products, as the shop's ten clicks say. */
export const winter = ["merino-scarf", "ribbed-beanie", "wool-mittens"];

/** The text of a hook, spaces joined. */
export const textOf = (tab, name) => tab.evaluate(name => document.querySelector(`[data-test="${name}"]`)?.textContent.replace(/\s+/g, " ").trim(), name);

/** The shelves in the order they are shown. */
export const shelves = tab => tab.evaluate(() => [...document.querySelectorAll("[data-test=categories] > [data-test^=shelf-]")].map(shelf => shelf.dataset.test.slice(6)));

/** Whether the reminder is shown. */
export const reminded = tab => tab.evaluate(() => {
  const box = document.querySelector("[data-test=reminder]");
  return Boolean(box) && !box.hidden && box.getClientRects().length > 0;
});

/** The hero as the winter experience or the page itself shows it. */
export const heroIs = (tab, text, options) =>
  tab.waitFor(text => document.querySelector("[data-test=hero-title]")?.textContent.includes(text), [text], { what: `the hero to say "${text}"`, ...options });

export const ownHero = "Made slowly";
export const winterHero = "Winter, well dressed";

/** What the page's slots hold, whole: text, attributes and order, to be compared before and after. */
export const slots = tab => tab.evaluate(() => Object.fromEntries([...document.querySelectorAll("[data-vitrine-slot]")]
  .map(slot => [slot.getAttribute("data-vitrine-slot"), slot.outerHTML])));

/** Everything noted since the page began: calls, errors, policy violations, diagnostics. */
export const notes = tab => tab.evaluate(() => ({ calls: window.__calls, faults: window.__faults, violations: window.__violations, diagnostics: window.__diagnostics }));

/** The acts of the banner. */
export const accept = tab => choose(tab, "accept");
export const refuse = tab => choose(tab, "refuse");

async function choose(tab, act) {
  await tab.waitFor(() => document.querySelector("vitrine-consent-banner")?.getClientRects().length > 0, [], { what: "the consent banner" });
  await tab.click(`vitrine-consent-banner >>> [data-act="${act}"]`);
}

/** The states of the purposes, as the public API answers them. */
export const consent = tab => tab.evaluate(() => Object.fromEntries(Object.entries(window.vitrine.consent.get()).map(([id, { state }]) => [id, state])));

/** Opens the shop, accepts, and looks at three winter products: the hero follows. */
export async function likeWinter(tab, shop) {
  await visit(tab, `${shop.origin}/`);
  await accept(tab);
  for (const sku of winter) await look(tab, sku);
  await heroIs(tab, winterHero);
}
