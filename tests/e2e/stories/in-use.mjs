// What a person is doing goes on while slots are swapped under their hands, and when that is undone: typing, selecting, scrolling,
// listening, reading what they opened, and what runs in a frame.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { allow, shopWith, write } from "../support/page.mjs";
import { notes } from "../support/person.mjs";

const everywhere = ["chromium", "firefox", "webkit"];

const field = `<h3>own</h3><form><input class="at" value="half a word"><i>hint</i></form><p>more</p>`;
const area = `<h3>own</h3><div><textarea class="at box" rows="2">${"a line\n".repeat(40)}</textarea></div><p>more</p>`;
const rich = `<h3>own</h3><div><section class="at" contenteditable="true">half a word</section></div><p>more</p>`;
const words = `<h3>own</h3><div><b class="words">some words to select</b></div><p>more</p>`;
const box = `<h3>own</h3><div class="box"><ul><li class="one">1</li><li class="two">2</li>${"<li>x</li>".repeat(40)}</ul></div><p>more</p>`;
const frame = `<h3>own</h3><div class="holds"><iframe src="/frame.html"></iframe></div><p>more</p><p class="other">other</p>`;
const sound = `<h3>own</h3><div><audio src="/tone.wav" loop></audio></div><p>more</p>`;
const details = `<h3>own</h3><div><details><summary>s</summary>opened</details></div><p>more</p>`;
const shadow = `<h3>own</h3><div><x-field></x-field></div><p>more</p>`;

const beside = [
  { text: { at: "h3", to: "new" } }, { insertBefore: { at: "div,form", html: "<em>new</em>" } }, { insertAfter: { at: "div,form", html: "<em>new</em>" } },
  { append: { html: "<em>new</em>" } }, { prepend: { html: "<em>new</em>" } }, { replace: { at: "p", html: "<h4>new</h4>" } }, { class: { at: "div,form", add: ["x"] } },
];
const moved = [{ move: { at: "div,form", before: "h3" } }];
const inside = [{ move: { at: "div,form", into: "p" } }];
const reordered = [{ reorder: { order: ["p", "div,form", "h3"] } }];
const around = [{ move: { at: "p", before: "h3" } }, { move: { at: "h3", after: "div,form" } }];
/** The own content leaves the page and comes back. */
const away = { replaced: [{ html: { to: "<em>new</em>" } }], removed: [{ remove: { at: "div,form" } }], hidden: [{ hide: { at: "div,form" } }] };

const stays = { beside, moved, inside, reordered, around };
const cases = [];
const add = (kind, html, ways, more) => Object.entries(ways).forEach(([way, actions]) => cases.push({ name: `${kind}-${way}`, kind, html, actions, ...more }));
for (const [kind, html] of Object.entries({ field, area, rich, words, box, details, sound, shadow })) add(kind, html, stays);
add("box", box, { ...away, inner: [{ reorder: { at: "ul", order: [".two"] } }, { move: { at: ".one", after: "li:last-child" } }] }, { leaves: true });
// A frame that is moved itself is kept where the browser can move with state; it is never moved where others can be instead.
add("frame", frame, { beside, around, reordered: [{ reorder: { order: [".other", ".holds", "h3"] } }] });
add("frame", frame, { moved, inside }, { needs: "moveBefore" });

/** Runs in the page: what a person does in a slot. */
async function use(name) {
  const slot = document.querySelector(`[data-vitrine-slot="${name}"]`);
  slot.scrollIntoView({ block: "center" });
  const at = slot.querySelector("x-field")?.shadowRoot.querySelector("input") ?? slot.querySelector(".at");
  at?.focus();
  if (at?.setSelectionRange) at.setSelectionRange(3, 6, "backward");
  const words = slot.querySelector(".words") ?? slot.querySelector("[contenteditable]");
  if (words) getSelection().setBaseAndExtent(words.firstChild, 7, words.firstChild, 2);
  // Some browsers show the selection later, by scrolling.
  await new Promise(done => { requestAnimationFrame(() => requestAnimationFrame(done)); });
  for (const box of slot.querySelectorAll(".box")) box.scrollTop = 30;
  for (const details of slot.querySelectorAll("details")) details.open = true;
  for (const frame of slot.querySelectorAll("iframe")) {
    if (frame.contentDocument.readyState !== "complete" || frame.contentWindow.location.pathname !== "/frame.html") await new Promise(done => { frame.onload = done; });
    frame.contentWindow.here = "still";
  }
  for (const audio of slot.querySelectorAll("audio")) {
    audio.muted = true;
    await audio.play();
    if (audio.currentTime === 0) await new Promise(done => { audio.ontimeupdate = () => audio.currentTime > 0 && done(); });
  }
}

/** Runs in the page: what of it is there. */
function state(name) {
  const slot = document.querySelector(`[data-vitrine-slot="${name}"]`);
  const { activeElement } = document;
  const at = activeElement.shadowRoot?.activeElement ?? activeElement;
  const selection = getSelection();
  const typed = at.selectionStart !== undefined;
  return {
    focus: at === document.body ? "nothing" : at.className || at.localName,
    typed: typed ? [at.value.slice(0, 11), at.selectionStart, at.selectionEnd, at.selectionDirection] : [],
    words: typed ? [] : [selection.anchorNode?.nodeValue, selection.anchorOffset, selection.focusOffset],
    scrolled: [...slot.querySelectorAll(".box")].map(box => box.scrollTop),
    open: [...slot.querySelectorAll("details")].map(({ open }) => open),
    frames: [...slot.querySelectorAll("iframe")].map(frame => frame.contentWindow?.here),
    playing: [...slot.querySelectorAll("audio")].map(({ paused, currentTime }) => !paused && currentTime > 0),
  };
}

/** A second of a tone: 8-bit samples, 8 kHz. */
function tone() {
  const samples = Uint8Array.from({ length: 8_000 }, (_, n) => 128 + 60 * Math.sin(n / 3));
  const header = Buffer.alloc(44);
  header.write("RIFF", 0); header.writeUInt32LE(36 + samples.length, 4); header.write("WAVEfmt ", 8); header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20); header.writeUInt16LE(1, 22); header.writeUInt32LE(8_000, 24); header.writeUInt32LE(8_000, 28);
  header.writeUInt16LE(1, 32); header.writeUInt16LE(8, 34); header.write("data", 36); header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}

const page = `<button id="start">start</button><style>.box { height: 60px; overflow: auto; } [data-vitrine-slot] { min-height: 150px; }</style>
<script>customElements.define("x-field", class extends HTMLElement {
  constructor() { super(); this.attachShadow({ mode: "open" }).append(Object.assign(document.createElement("input"), { value: "half a word" })); } });</script>
${cases.map(({ name, html }) => `<div data-vitrine-slot="${name}">${html}</div>`).join("\n")}`;

async function open(t, body) {
  const experiences = cases.map(({ name, actions }) => ({ id: name, slot: name, live: true, when: { "consent.personalization": "granted" }, variants: [{ id: "v", actions }] }));
  const shop = await shopWith(t, { slots: Object.fromEntries(cases.map(({ name }) => [name, {}])), experiences });
  writeFileSync(join(shop.server.www, "tone.wav"), tone());
  writeFileSync(join(shop.server.www, "frame.html"), "<!doctype html><title>frame</title>frame");
  const tab = await (await t.browser()).newTab();
  await tab.goto(shop.origin + write(shop, "in-use.html", body));
  await allow(tab);
  await tab.evaluate(() => window.vitrine.consent.withdraw());
  return tab;
}

export default [{
  title: "typing, selecting, scrolling, listening, what is open and what runs in a frame go on through every swap, and through its undo",
  browsers: everywhere,
  timeout: 120_000,
  async run(t) {
    const tab = await open(t, page);
    // Browsers let nothing sound on a page that nobody has touched.
    await tab.click("#start");
    const able = await tab.evaluate(() => "moveBefore" in Element.prototype);
    const own = await tab.evaluate(() => [...document.querySelectorAll("[data-vitrine-slot]")].map(slot => slot.outerHTML).join());
    const wrong = [];
    for (const { name, leaves, needs } of cases) {
      if (needs && !able) continue;
      await tab.evaluate(use, name);
      const before = await tab.evaluate(state, name);
      await allow(tab);
      await tab.waitFor(name => window.vitrine.decide(name).experience === name, [name], { what: `${name} to be decided` });
      const during = await tab.evaluate(state, name);
      await tab.evaluate(() => window.vitrine.consent.withdraw());
      const after = await tab.evaluate(state, name);
      if (!leaves && JSON.stringify(during) !== JSON.stringify(before)) wrong.push(`${name}, swapped: ${JSON.stringify(before)} became ${JSON.stringify(during)}`);
      if (JSON.stringify(after) !== JSON.stringify(before)) wrong.push(`${name}, undone: ${JSON.stringify(before)} became ${JSON.stringify(after)}`);
    }
    assert.deepEqual(wrong, []);
    const back = await tab.evaluate(() => [...document.querySelectorAll("[data-vitrine-slot]")].map(slot => slot.outerHTML).join());
    assert.equal(back.replaceAll(" open=\"\"", ""), own);
    assert.deepEqual((await notes(tab)).faults, []);
  },
}];
