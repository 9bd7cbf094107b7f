// Random sequences of actions, a slot each: what they do to the page is undone to the letter, whatever lies on top of what.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The same sequences in every run; `VITRINE_SEED` makes others. */
export const seed = Number(process.env.VITRINE_SEED ?? 1);
/** `count` × VITRINE_SCALE, at least one. */
export const times = count => Math.max(1, Math.round(count * Number(process.env.VITRINE_SCALE ?? 1)));

/** Slots of one page. */
const SLOTS = 50;
const END = "end";
const all = { measurement: "granted", personalization: "granted", experiments: "granted" };

/** mulberry32: numbers in [0, 1) from a 32-bit seed. */
function chooser(state) {
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = count => Math.floor(next() * count);
  const pick = list => list[below(list.length)];
  return { below, pick, some: (list, most) => Array.from({ length: 1 + below(most) }, () => pick(list)), chance: share => next() < share };
}

/** Attributes as authors write them. Those that an undo can only put last are first, but for what it can move behind. */
const attributes = ({ pick, chance }, styled) => [
  styled && chance(0.3) && pick([`style="color:red"`, `style=" top : 0;left:1px "`, `style=""`, `style="margin: 1px; margin-left: 2px !important;"`]),
  chance(0.2) && pick([`lang="fr"`, "hidden"]),
  chance(0.6) && `class="${pick(["a", "b", " a  b ", "c", ""])}"`,
  chance(0.3) && `title="own"`,
  chance(0.2) && `data-x="1"`,
].filter(Boolean).map(text => ` ${text}`).join("");

/** What a page has in a slot. */
function content(dice, styled, depth = 0) {
  const { below, pick, chance } = dice;
  const own = () => attributes(dice, styled);
  const inside = () => (depth < 2 ? content(dice, styled, depth + 1) : "text");
  const parts = [
    () => `<h1${own()}>own</h1>`,
    () => `<p${own()}>${inside()}</p>`,
    () => `<div${own()}>${inside()}</div>`,
    () => `<i${own()}>i</i>`,
    () => `<img src="/styles/own.png"${chance(0.5) ? ` srcset="/styles/own2.png 2x"` : ""} alt="own"${own()}>`,
    () => `<picture><source srcset="/styles/own.png 2x"><img src="/styles/own.png" alt=""${own()}></picture>`,
    () => `<input value="own"${own()}>`,
    () => `<input type="checkbox">`,
    () => `<textarea rows="2"${own()}>own</textarea>`,
    () => `<select size="2"><option>a</option><option>b</option><option>c</option><option>d</option><option>e</option></select>`,
    () => `<details><summary${own()}>s</summary>d</details>`,
    () => pick(["text", " ", "\n  ", "<!-- comment -->"]),
    () => `<template data-variant="${pick(["x", "y z"])}"><h1>template</h1> <i${styled ? ` style=""` : ""}>t</i></template>`,
    () => (chance(0.2) ? `<b data-vitrine-price>49 €</b>` : "b"),
  ];
  return Array.from({ length: 1 + below(5) }, () => pick(parts)()).join(pick(["", "\n"]));
}

/** Selectors, and how to see in HTML that they find something. */
const PLACES = [["h1", "<h1"], ["p", "<p"], ["div", "<div"], ["i", "<i>"], ["img", "<img"], ["input", "<input"], ["details", "<details"], ["picture", "<picture"],
  [".a", /class="[^"]*\ba\b/], [".b", /class="b/], ["[title]", "title="], [".new, b", "<b"]];
const STYLES = { color: ["red", "", "blue !important", "nothing"], margin: ["1px", "0 auto", ""], "margin-left": ["3px", "3px !important"],
  display: ["flex", "none", ""], "--own": ["1", "a b"], top: ["0px"], background: ["url(/styles/new.png) red", "none"] };
const HTML = ["<h1 class=\"new\">new</h1>", "new <b class=\"a\">b</b>", "<p>new</p><i>i</i>", "text", "", "<div title=\"new\"><i class=\"b\">x</i></div>"];

/** One action; most find what they look for. */
function action(dice, html) {
  const { pick, some, chance } = dice;
  // A template's own content is not in the page.
  const seen = html.replaceAll(/<template.*?<\/template>/g, "");
  const there = PLACES.filter(([, sign]) => seen.search(sign) >= 0).map(([selector]) => selector);
  const place = () => (there.length > 0 && chance(0.98) ? pick(there) : pick(PLACES)[0]);
  const inside = () => ({ at: place() });
  const at = () => (chance(0.15) ? {} : inside());
  const kinds = {
    text: () => ({ ...at(), to: pick(["new", "", "new & <i>plain</i>"]) }),
    html: () => ({ ...at(), to: pick(HTML) }),
    attribute: () => ({ ...at(), ...pick([{ name: "title", to: "new" }, { name: "title", to: null }, { name: "data-x", to: "" }, { name: "class", to: "b new" },
      { name: "class", to: null }, { name: "lang", to: "en" }, { name: "aria-label", to: "l" }]) }),
    class: () => ({ ...at(), add: some(["a", "b", "new", "d"], 2), remove: some(["a", "b", "c"], 2) }),
    style: () => ({ ...at(), set: Object.fromEntries(some(Object.keys(STYLES), 3).map(name => [name, pick(STYLES[name])])) }),
    image: () => ({ at: "img", src: "/styles/new.png", alt: pick(["new", ""]) }),
    insertBefore: () => ({ ...at(), html: pick(HTML) }),
    insertAfter: () => ({ ...at(), html: pick(HTML) }),
    prepend: () => ({ ...at(), html: pick(HTML) }),
    append: () => ({ ...at(), html: pick(HTML) }),
    replace: () => ({ ...inside(), html: pick(HTML) }),
    remove: inside,
    hide: at,
    move: () => ({ ...inside(), [pick(["before", "after", "into"])]: `${place()}:not(nav)` }),
    reorder: () => ({ ...at(), order: [place(), place(), "*"] }),
    template: () => ({ use: html.includes('"x"') ? "x" : "y z" }),
  };
  const able = { image: there.includes("img"), template: html.includes("<template") };
  const kind = pick(Object.keys(kinds).filter(kind => able[kind] ?? true));
  return { [kind]: kinds[kind]() };
}

/** `{name, html, actions}`: the slot, what the page has in it, what a variant does there. */
export function sequences(count) {
  const rows = [];
  for (let index = 0; index < count; index++) {
    // Each from its own number: one that fails can be told alone, by its name.
    const dice = chooser(seed * 1_000_003 + index);
    // Every second page has a policy that lets no style attribute be.
    const html = content(dice, Math.floor(index / SLOTS) % 2 === 1);
    rows.push({ name: `s-${index}`, html, actions: Array.from({ length: 1 + dice.below(5) }, () => action(dice, html)) });
  }
  return rows;
}

/** What the sequences add to a site file. */
export const site = rows => ({
  slots: Object.fromEntries([...rows, { name: END }].map(({ name }) => [name, {}])),
  experiences: [...rows, { name: END, actions: [{ text: { to: "new" } }] }]
    .map(({ name, actions }) => ({ id: name, slot: name, when: {}, variants: [{ id: "v", actions }] })),
});

const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src 'self'; "
  + "require-trusted-types-for 'script'; trusted-types vitrine";

/** Writes the pages that hold the slots; their paths, each with its rows. */
export function pages(www, rows, tag) {
  const written = [];
  for (let from = 0; from < rows.length; from += SLOTS) {
    const path = `sequences-${from}/`;
    const here = rows.slice(from, from + SLOTS);
    const strict = Math.floor(from / SLOTS) % 2 === 0;
    const head = strict ? `<meta http-equiv="content-security-policy" content="${policy}">` : "";
    mkdirSync(join(www, path));
    writeFileSync(join(www, path, "index.html"), `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>s</title>${head}`
      + `<script src="/sequences.js"></script>${tag}</head><body>\n`
      + here.map(({ name, html }) => `<section data-vitrine-slot="${name}">${html}</section>\n`).join("")
      + `<section data-vitrine-slot="${END}">own</section></body></html>`);
    written.push({ path, rows: here, strict });
  }
  writeFileSync(join(www, "sequences.js"), readFileSync(new URL("sequences.page.js", import.meta.url)));
  return written;
}

/** Lines that say what is wrong with a page, and how many slots were changed. `tab` has `goto`, `run` and `until`. */
export async function faults(tab, origin, { path, rows, strict }) {
  const wrong = [];
  const tell = (name, what) => {
    const row = rows.find(row => row.name === name);
    wrong.push(`VITRINE_SEED=${seed} ${path} ${name}: ${what}\n    ${JSON.stringify(row?.actions)}\n    ${JSON.stringify(row?.html)}`);
  };
  await tab.goto(`${origin}/${path}`);
  await tab.until(() => Boolean(window.vitrine && window.differences));
  // What the page's own markup broke is not ours.
  await tab.run(() => { violations.length = 0; });
  await tab.run(async purposes => { await vitrine.ready; await vitrine.consent.set(purposes); }, all);
  await tab.until(end => vitrine.decide(end).reason === "matched" && document.querySelector(`[data-vitrine-slot=${end}]`).textContent === "new", END).catch(async error => {
    const known = await tab.run(async end => JSON.stringify([vitrine.decide(end), await vitrine.ready, vitrine.consent.get(), vitrine.diagnostics()]), END);
    throw new Error(`${error.message}\n    the page says: ${known}`);
  });
  const shown = await tab.run(() => window.shown());
  // A change elsewhere makes the SDK look at all of its own: none of it may look as if the page had undone it.
  await tab.run(async () => {
    const other = document.body.appendChild(document.createElement("hr"));
    await new Promise(done => { setTimeout(done); });
    other.remove();
    await new Promise(done => { setTimeout(done); });
  });
  const still = await tab.run(() => window.shown());
  const changed = shown.filter(([, , , changed]) => changed).length;
  shown.forEach(([name, html, price], index) => {
    if (html !== still[index]?.[1]) tell(name, `shown as ${html}\n    and then as ${still[index]?.[1]}`);
    if (price) tell(name, `a price is not what it was: ${price}`);
  });
  await tab.run(() => { vitrine.consent.withdraw(); });
  for (const [name, what] of await tab.run(() => window.differences())) tell(name, what);
  const { violations, diagnostics } = await tab.run(() => ({ violations, diagnostics }));
  // That a selector finds nothing is part of it; that a change was lost, or a newer one found, is not.
  for (const [code, where] of diagnostics) if (/^VT-(UNDO-CONFLICT|REVERTED|SELECTOR)$/.test(code)) tell(where, code);
  if (strict) for (const [directive, where, html] of violations) tell(where, `the policy was broken: ${directive} by ${html}`);
  return { wrong, changed };
}
