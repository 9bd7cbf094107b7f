// The two records that the boot reads before the first paint, in whatever state they are found: the page shows its own content, nothing
// is thrown into it, and the engine goes on.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { allow, reads, shopWith, there, write } from "../support/page.mjs";
import { notes } from "../support/person.mjs";

const experiences = [{ id: "spot", slot: "spot", variants: [{ id: "v", actions: [{ text: { at: "b", to: "spot says" } }, { attribute: { at: "b", name: "title", to: "t" } }] }] }];
const own = `<p data-vitrine-slot="spot"><b>own</b><i>i</i></p>`;
const read = `[data-vitrine-slot=spot] b`;

/** A change of a record that parses. */
const of = change => (text, now) => { const record = JSON.parse(text); return JSON.stringify(change(record, now) ?? record); };
const rowsOf = change => of(record => { for (const name of ["same", "fresh"]) record[name] = record[name].map(change); });
const ops = given => rowsOf(row => ({ ...row, ops: given }));
const op = given => [`an operation is not ours: ${JSON.stringify(given)}`, rowsOf(row => ({ ...row, ops: [...row.ops, given] }))];
const shaped = (name, values) => values.map(value => [`\`${name}\` is ${JSON.stringify(value) ?? "not there"}`, of(record => ({ ...record, [name]: value }))]);

/** What stands in `p`, and what the page shows before the engine is there where that is not its own. */
const paints = [
  ["as it was written", text => text, "spot says"],
  ["wiped", () => null],
  ["empty", () => ""],
  ["no JSON", () => "{{"],
  ["cut off", text => text.slice(0, text.length / 2)],
  ...["null", "7", "\"text\"", "[]", "{}", "true", "{\"__proto__\": {\"polluted\": 1}, \"v\": 1}"].map(text => [text, () => text]),
  ...shaped("v", [0, 2, "2", null, undefined]),
  ...shaped("choice", ["", "personalization", ["personalization"], null, { personalization: 1 }]),
  ...shaped("cookie", ["manager=yes", {}, null, undefined]),
  ["`same` and `fresh` are no lists", of(record => ({ ...record, same: 7, fresh: { slot: "spot" } }))],
  ["`same` and `fresh` are texts", of(record => ({ ...record, same: "spot", fresh: "spot" }))],
  ["`same` and `fresh` are not there", of(record => ({ ...record, same: undefined, fresh: undefined }))],
  ["a row is null", of(record => ({ ...record, same: [...record.same, null], fresh: [...record.fresh, null] }))],
  ["rows are numbers and texts", rowsOf(() => 7)],
  ["another slot's", rowsOf(row => ({ ...row, slot: "\"],*{visibility:hidden}" }))],
  ["a slot is an object", rowsOf(row => ({ ...row, slot: { a: 1 } }))],
  ["of another path", rowsOf(row => ({ ...row, path: "/elsewhere" }))],
  ["not due yet", rowsOf(row => ({ ...row, notBefore: 8e15 }))],
  ["over for a year", (text, now) => rowsOf(row => ({ ...row, notAfter: now - 365 * 86_400_000 }))(text)],
  ["the session is over, and a new one sees nothing", of((record, now) => ({ ...record, sessionEndsAt: now - 365 * 86_400_000, fresh: [] }))],
  ["operations are a text", ops("spot says")],
  ["operations are numbers", ops([1, 2])],
  ["operations are null in a list", ops([null])],
  ["an operation is an object", ops([{ 0: "", 1: "b", 2: "replaceChildren", 3: "x" }])],
  ["a selector does not parse", ops([["", "b:nope(", "replaceChildren", "x"]])],
  ["a selector is an object", ops([["", { a: 1 }, "replaceChildren", "x"]])],
  ["nodes instead of text", ops([["", "b", "append", ["script", {}, ["window.__ran = 1"]]]])],
  op(["", "b", "remove"]), op(["", "b", "click"]), op(["", "b", "insertAdjacentHTML", "beforeend", "<img src=x onerror=window.__ran=1>"]),
  op(["", "b", "setAttribute", "onclick", "window.__ran = 1"]), op(["", "b", "setAttribute", "href", "java\nscript:window.__ran=1"]),
  op(["innerHTML", "b", "setAttribute", "x", "y"]), op(["parentNode", "b", "replaceChildren"]), op(["ownerDocument", "b", "write", "x"]),
  op(["__proto__", "b", "remove"]), op(["constructor", "b", "constructor", "window.__ran = 1"]), op(["", "b", "__proto__"]), op(["", "b", "constructor"]),
  ["over 8 KiB", of(record => ({ ...record, same: Array.from({ length: 2_000 }, (_, n) => ({ ...record.same[0], slot: `s${n}` })), fresh: [] }))],
];

const granted = (text, change) => JSON.stringify({ ...JSON.parse(text), p: change(JSON.parse(text).p) });
/** What stands in `c`. What is not understood is no grant: the visitor is asked anew. (What comes of one that was wiped: kept-choice.) */
const choices = [
  ["empty", () => ""], ["no JSON", () => "granted"], ["cut off", text => text.slice(0, -9)],
  ...["null", "7", "[]", "{}", "{\"v\": 1, \"p\": null}", "{\"v\": 1, \"p\": \"granted\"}", "{\"v\": 9, \"p\": {}}"].map(text => [text, () => text]),
  ["a purpose is null", text => granted(text, () => ({ personalization: null }))],
  ["a purpose is a text", text => granted(text, () => ({ personalization: "granted" }))],
  ["a state that is none", text => granted(text, p => ({ personalization: ["allowed", ...p.personalization.slice(1)] }))],
  ["days that are texts", text => granted(text, p => ({ personalization: ["granted", "preference", "x", "y"] }))],
  ["expired for a year", text => granted(text, p => Object.fromEntries(Object.entries(p).map(([id, [state, source, day]]) => [id, [state, source, day - 550, day - 365]])))],
];

/** A page with the boot inlined, that notes what it is before the engine can be there, and another without the SDK. */
function pages(shop) {
  const [boot] = readFileSync(join(shop.server.www, "index.html"), "utf8").match(/<script referrerpolicy="no-referrer">[^]*?<\/script>/);
  writeFileSync(join(shop.server.www, "painted.html"), `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>painted</title>${boot}</head><body>${own}<hr>
    <script>window.__painted = { text: document.querySelector("b").textContent, html: document.querySelector("p").outerHTML };</script></body></html>`);
  writeFileSync(join(shop.server.www, "plain.html"), `<!doctype html><title>plain</title>`);
}

/** The record is put in place where no SDK runs, then the page is opened. */
async function open(tab, shop, part, text) {
  await tab.goto(`${shop.origin}/plain.html`);
  await tab.evaluate((name, text) => (text === null ? localStorage.removeItem(name) : localStorage.setItem(name, text)), `vt:${shop.keys.site}:${part}`, text);
  await tab.goto(`${shop.origin}/painted.html`);
  return tab.waitFor(() => window.__painted, [], { what: "the page to be read" });
}

async function begin(t) {
  const shop = await shopWith(t, { slots: { spot: {} }, experiences });
  pages(shop);
  const tab = await (await t.browser()).newTab();
  await tab.goto(shop.origin + write(shop, "first.html", own));
  await allow(tab);
  await reads(tab, read, "spot says");
  const written = part => tab.waitFor(name => localStorage.getItem(name), [`vt:${shop.keys.site}:${part}`], { what: `the record ${part}` });
  await tab.waitFor(name => localStorage.getItem(name)?.includes("spot says"), [`vt:${shop.keys.site}:p`], { what: "the paint record" });
  await tab.goto(`${shop.origin}/plain.html`);
  return { shop, tab, record: { c: await written("c"), p: await written("p") } };
}

const unharmed = async (tab, title) => {
  const { faults } = await notes(tab);
  const traces = await tab.evaluate(() => [window.__ran, {}.polluted, document.querySelector("b")?.getAttribute("onclick"), document.querySelector("b")?.getAttribute("href")]);
  assert.deepEqual([faults, traces.map(trace => trace ?? null)], [[], [null, null, null, null]], title);
};

/** The boot's own code is the same everywhere: the other browsers are told a part of the rows. */
const part = (t, rows) => rows.filter((_, n) => t.browserName === "chromium" || n % 4 === 0);

const everywhere = ["chromium", "firefox", "webkit"];

export default [{
  title: "the paint record wiped, corrupt, old, of another choice, path or session, or hostile: own content first, then the engine's, and nothing thrown",
  browsers: everywhere,
  together: true,
  async run(t) {
    const { shop, tab, record } = await begin(t);
    for (const [title, change, shown = "own"] of part(t, paints)) {
      const painted = await open(tab, shop, "p", change(record.p, Date.now()));
      assert.equal(painted.text, shown, `${title}: painted`);
      if (shown === "own") assert.equal(painted.html, own, `${title}: all or nothing`);
      await reads(tab, read, "spot says");
      assert.equal(await tab.evaluate(() => getComputedStyle(document.querySelector("p")).visibility), "visible", title);
      await tab.waitFor(name => localStorage.getItem(name)?.includes("spot says"), [`vt:${shop.keys.site}:p`], { what: `${title}: the record to be written anew` });
      await unharmed(tab, title);
    }
  },
}, {
  title: "a paint record of what an experience showed once, or of what somebody wrote into it: the engine puts right what the boot did",
  browsers: everywhere,
  together: true,
  async run(t) {
    const { shop, tab, record } = await begin(t);
    for (const [title, change, first] of [
      ["another text of the same variant", ops([["", "b", "replaceChildren", "older words"]]), "older words"],
      ["another variant", rowsOf(row => ({ ...row, variant: "w" })), "spot says"],
      ["another experience, on another element", rowsOf(row => ({ ...row, experience: "e", ops: [["", "i", "replaceChildren", "x"], ["classList", "i", "add", "c"]] })), "own"],
      ["of another bundle", of(saved => ({ ...saved, bundle: 0 })), "spot says"],
    ]) {
      const painted = await open(tab, shop, "p", change(record.p));
      assert.equal(painted.text, first, title);
      await tab.waitFor(html => document.querySelector("p").outerHTML === html, [own.replace("<b>own", "<b title=\"t\">spot says")], { what: `${title}: what the bundle says` });
      await tab.evaluate(() => window.vitrine.ready);
      await tab.evaluate(() => window.vitrine.consent.withdraw());
      assert.equal(await tab.evaluate(() => document.querySelector("p").outerHTML), own, `${title}: undone to the letter`);
      await allow(tab);
      await unharmed(tab, title);
    }
  },
}, {
  title: "the choice record corrupt or expired: own content, nothing thrown, and who allows it again sees theirs",
  browsers: everywhere,
  together: true,
  async run(t) {
    const { shop, tab, record } = await begin(t);
    for (const [title, change] of part(t, choices)) {
      const painted = await open(tab, shop, "c", change(record.c));
      assert.equal(painted.text, "own", title);
      await there(tab);
      await tab.evaluate(() => window.vitrine.ready);
      assert.equal(await tab.evaluate(selector => document.querySelector(selector).textContent, read), "own", `${title}: no grant`);
      await allow(tab);
      await reads(tab, read, "spot says");
      await unharmed(tab, title);
    }
  },
}];
