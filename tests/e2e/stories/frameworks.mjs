// Real applications go on working while slots inside what they render are swapped, and when all of it is put back.

import assert from "node:assert/strict";

import { bundle, names, rendered } from "../frameworks/build.mjs";
import { allow, reads, shopWith, write } from "../support/page.mjs";
import { notes } from "../support/person.mjs";

const everywhere = ["chromium", "firefox", "webkit"];

/** Why the page of a framework comes under no strict policy. */
const loose = { jquery: "jQuery 3 writes HTML as text as soon as it is loaded" };

const swap = (slot, actions) => ({ id: `swap-${slot}`, slot, live: true, variants: [{ id: "v", actions }] });
const experiences = [
  swap("banner", [{ text: { at: "h2", to: "swapped banner" } }, { class: { add: ["swapped"] } }, { append: { html: "<em>more</em>" } }]),
  swap("count", [{ style: { set: { color: "rgb(1, 2, 3)" } } }, { append: { html: "<em>swapped</em>" } }]),
  swap("tip", [{ text: { to: "swapped tip" } }]),
  swap("line", [{ insertAfter: { at: "label", html: "<em>swapped</em>" } }, { class: { add: ["swapped"] } }]),
  swap("churn", [{ text: { at: "b", to: "swapped churn" } }]),
];

async function open(t, name, { html = "" } = {}) {
  const shop = await shopWith(t, { slots: Object.fromEntries(experiences.map(({ slot }) => [slot, {}])), experiences });
  await bundle(name, shop.server.www);
  const page = shop.origin + write(shop, `${name}.html`, `<div id="app">${html}</div><script src="${name}.js"></script>`);
  const tab = await (await t.browser()).newTab();
  await tab.goto(page);
  return { tab, page };
}

/** What the application shows of its own. */
const shows = tab => tab.evaluate(() => ({
  todos: [...document.querySelectorAll(".todo-list li label")].map(label => label.textContent),
  left: document.querySelector(".todo-count strong").textContent,
  crashed: document.querySelector("#crashed")?.textContent ?? null,
}));

/** A key of the keyboard reaches the application as an event of the focused field. */
const add = (tab, text) => tab.fill(".new-todo", text).then(() => tab.evaluate(() => {
  const field = document.querySelector(".new-todo");
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
}));
const state = async (tab, todos, left) => {
  await tab.waitFor((todos, left) => [...document.querySelectorAll(".todo-list li label")].map(label => label.textContent).join() === todos.join()
    && document.querySelector(".todo-count strong").textContent === String(left), [todos, left], { what: `the list ${todos} with ${left} left` })
    .catch(async error => { throw new Error(`${error.message}: ${JSON.stringify(await shows(tab))}`); });
};
/** Every line and the other slots show what is meant for them. */
const swapped = (tab, lines) => tab.waitFor(lines => document.querySelectorAll(".todo-list li.swapped em").length === lines
  && document.querySelectorAll(".todo-list em").length === lines && document.querySelector("[data-vitrine-slot=tip]").textContent === "swapped tip"
  && document.querySelectorAll(".todo-count em").length === 1 && document.querySelectorAll("[data-vitrine-slot=banner] em").length === 1, [lines],
  { what: `${lines} swapped lines, and the tip` });
const toggle = (tab, n) => tab.click(`.todo-list li:nth-of-type(${n}) .toggle`);
const filter = (tab, name) => tab.click(`footer a[href="#/${name}"]`);

/** What a person does with such a list, while its slots are swapped. */
async function use(tab) {
  for (const text of ["milk", "bread", "tea"]) await add(tab, text);
  await state(tab, ["milk", "bread", "tea"], 3);
  await swapped(tab, 3);
  await toggle(tab, 2);
  await state(tab, ["milk", "bread", "tea"], 2);
  assert.equal(await tab.evaluate(() => document.querySelectorAll("li.completed").length), 1, "the framework's own class beside ours");
  await swapped(tab, 3);
  await filter(tab, "active");
  await state(tab, ["milk", "tea"], 2);
  await swapped(tab, 2);
  await filter(tab, "completed");
  await state(tab, ["bread"], 2);
  await filter(tab, "all");
  await state(tab, ["milk", "bread", "tea"], 2);
  await swapped(tab, 3);
  await tab.click(".todo-list li:nth-of-type(1) .destroy");
  await state(tab, ["bread", "tea"], 1);
  await swapped(tab, 2);
  await tab.click(".clear");
  await state(tab, ["tea"], 1);
}

const used = names.map(name => ({
  title: `${name}: a to-do list works while slots inside it are swapped, and keeps what is typed; put back, it is its own again`,
  browsers: everywhere,
  together: true,
  loose: loose[name],
  async run(t) {
    const { tab } = await open(t, name);
    await tab.waitFor(() => !!document.querySelector(".new-todo"), [], { what: "the application" });
    // Somebody is typing when the slots are swapped.
    await tab.fill(".new-todo", "half a wo");
    await tab.evaluate(() => { const field = document.querySelector(".new-todo"); field.focus(); field.setSelectionRange(3, 6); });
    await allow(tab);
    await reads(tab, "[data-vitrine-slot=banner] h2", "swapped banner");
    assert.deepEqual(await tab.evaluate(() => { const { value, selectionStart, selectionEnd } = document.activeElement; return [value, selectionStart, selectionEnd]; }),
      ["half a wo", 3, 6]);
    await use(tab);
    await tab.waitFor(() => window.vitrine.diagnostics().some(({ code, where }) => code === "VT-REVERTED" && where === "churn"), [], { what: "it to give way to what reverts" });
    await tab.evaluate(() => { window.vitrine.consent.withdraw(); });
    await reads(tab, "[data-vitrine-slot=banner] h2", "own banner");
    await reads(tab, "[data-vitrine-slot=tip]", "own tip of all");
    await reads(tab, ".todo-count", "1 left");
    assert.equal(await tab.evaluate(() => document.querySelectorAll("main em, main .swapped").length), 0);
    await add(tab, "jam");
    await state(tab, ["tea", "jam"], 2);
    await toggle(tab, 1);
    await state(tab, ["tea", "jam"], 1);
    assert.deepEqual([(await shows(tab)).crashed, (await notes(tab)).faults], [null, []]);
  },
}));

const reverted = names.map(name => ({
  title: `${name}: what it renders anew for ever is left alone after a few times, and the page stays its own`,
  browsers: everywhere,
  together: true,
  loose: loose[name],
  async run(t) {
    const { tab } = await open(t, name);
    await allow(tab);
    await tab.waitFor(() => window.vitrine.diagnostics().some(({ code, where }) => code === "VT-REVERTED" && where === "churn"), [], { what: "the diagnostic" });
    await reads(tab, "[data-vitrine-slot=churn]", "own churn");
    const churned = await tab.evaluate(() => window.__churned);
    assert.ok(churned > 1 && churned < 50, `${churned} times`);
    // Quiet: frames go by, and nobody fights.
    await tab.evaluate(() => new Promise(done => { let left = 10; const frame = () => (left-- ? requestAnimationFrame(frame) : done()); frame(); }));
    assert.equal(await tab.evaluate(() => window.__churned), churned);
    assert.equal(await tab.evaluate(() => window.vitrine.diagnostics().filter(({ code }) => code === "VT-REVERTED").length), 1);
    await reads(tab, "[data-vitrine-slot=banner] h2", "swapped banner");
  },
}));

const hydrated = {
  title: "react, rendered on a server: it takes the page over with swapped slots in it, whichever comes first, and works",
  browsers: everywhere,
  async run(t) {
    const { tab, page } = await open(t, "react", { html: await rendered(t.folder("react")) });
    await allow(tab);
    await reads(tab, "[data-vitrine-slot=banner] h2", "swapped banner");
    // Now known: swapped as early as the SDK can.
    await tab.goto(page);
    await reads(tab, "[data-vitrine-slot=banner] h2", "swapped banner");
    await use(tab);
    assert.deepEqual([(await shows(tab)).crashed, await tab.evaluate(() => document.querySelectorAll("main").length)], [null, 1]);
  },
};

export default [...used, ...reverted, hydrated];
