// Every action, applied and undone: the page is the one it was, node for node.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { all, open, rows } from "./support.mjs";

let place;
before(async () => { place = await open(); });
after(() => place.close());

// In the page: what a slot is, to the last empty text; and the very nodes it is made of.
const look = () => {
  const tell = node => node.nodeType === 1
    ? [node.localName, [...node.attributes].map(a => [a.name, a.value]), [...node.childNodes].map(tell)]
    : [node.nodeType, node.nodeValue];
  const all = [...document.querySelectorAll("section")];
  const nodes = all.flatMap(section => [...section.querySelectorAll("*")]);
  const same = window.nodes?.length === nodes.length && nodes.every((node, i) => node === window.nodes[i]);
  window.nodes ??= nodes;
  return { same, shape: JSON.stringify(all.map(tell)), html: all.map(section => section.innerHTML) };
};

for (const path of ["/plain/", "/strict/"]) {
  test(`every action shows and is undone exactly: ${path}`, async () => {
    const page = await place.page(path, () => {
      window.violations = [];
      window.diagnostics = [];
      document.addEventListener("securitypolicyviolation", event => violations.push(event.violatedDirective));
      document.addEventListener("vitrine:diagnostic", event => diagnostics.push(event.detail));
    });
    await page.until(() => window.vitrine);
    const own = await page.run(look);
    // What the page's own markup broke is not ours.
    await page.run(() => { violations.length = 0; });
    await page.run(async purposes => { await vitrine.ready; await vitrine.consent.set(purposes); }, all);
    await page.until(last => vitrine.decide(last).reason === "matched", "row-0");
    const shown = await page.run(look);
    for (const [index, row] of rows.entries()) {
      // A strict policy ignores the page's own style attribute, so only the property that is set there shows.
      assert.equal(shown.html[index], (path === "/strict/" && row.strict) || row.shown, row.name);
    }
    const codes = await page.run(() => diagnostics.map(({ code, where }) => [code, where]));
    for (const [index, row] of rows.entries()) {
      assert.deepEqual(codes.filter(([, where]) => where === `row-${index}`).map(([code]) => code), row.code ? [row.code] : [], row.name);
    }
    await page.run(() => { vitrine.consent.withdraw(); });
    const back = await page.run(look);
    assert.equal(back.shape, own.shape, "the page is what it was when the call returns");
    assert.ok(back.same, "its own nodes are back themselves");
    assert.equal(await page.run(() => window.ran), undefined, "nothing ran");
    // Nothing that a strict policy forbids was tried, but for one: the page's own style attributes, which that policy had
    // refused when the page itself came, were put back to the letter.
    const refused = rows.filter(({ html }) => /style="[^"]/.test(html)).map(() => "style-src-attr");
    assert.deepEqual(await page.run(() => violations), path === "/strict/" ? refused : []);
    assert.deepEqual(page.errors, []);
  });
}

test("what the page changed since stays, what is ours goes", async () => {
  const page = await place.page("/plain/", () => {
    window.diagnostics = [];
    document.addEventListener("vitrine:diagnostic", event => diagnostics.push(event.detail.code));
  });
  await page.run(async purposes => { await vitrine.ready; await vitrine.consent.set(purposes); }, all);
  await page.until(() => vitrine.decide("row-0").reason === "matched");
  const classes = rows.findIndex(({ name }) => name === "classes");
  await page.run(slot => {
    const element = document.querySelector(`[data-vitrine-slot=row-${slot}] p`);
    element.classList.add("pages");
  }, classes);
  await page.run(() => { vitrine.consent.withdraw(); });
  assert.equal(await page.run(slot => document.querySelector(`[data-vitrine-slot=row-${slot}] p`).className, classes), "own pages other");
  await page.until(() => diagnostics.includes("VT-UNDO-CONFLICT"));
});

test("a slot that comes late shows its content, a page that fights is left alone", async () => {
  const page = await place.page("/plain/", () => {
    window.diagnostics = [];
    document.addEventListener("vitrine:diagnostic", event => diagnostics.push(event.detail.code));
  });
  await page.run(async purposes => { await vitrine.ready; await vitrine.consent.set(purposes); }, all);
  await page.until(() => document.querySelector("[data-vitrine-slot=fought]").textContent === "new");
  await page.run(() => {
    const late = document.createElement("div");
    late.dataset.vitrineSlot = "late";
    late.append(Object.assign(document.createElement("p"), { textContent: "own" }));
    document.body.append(late);
  });
  await page.until(() => document.querySelector("[data-vitrine-slot=late]").textContent === "new");
  await page.run(() => {
    const fought = document.querySelector("[data-vitrine-slot=fought] p");
    window.times = 0;
    new MutationObserver(() => {
      if (fought.textContent !== "pages") (times += 1), (fought.textContent = "pages");
    }).observe(fought, { childList: true, characterData: true, subtree: true });
    fought.textContent = "pages";
  });
  await page.until(() => diagnostics.includes("VT-REVERTED"));
  assert.equal(await page.run(() => document.querySelector("[data-vitrine-slot=fought]").textContent), "pages");
  assert.ok(await page.run(() => times) <= 6);
  assert.deepEqual(page.errors, []);
});
