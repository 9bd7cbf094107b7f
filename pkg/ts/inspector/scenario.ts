/** What is supposed, what follows from it, and what is forced on the page: said above every section. */

import { make } from "../elements/make.js";
import { supposed } from "./events.js";
import { fill } from "./texts.js";
import { brief, button, instant, shows, titleOf, type Part, type View } from "./view.js";

export function scenario(view: View): Part[] {
  return [...forced(view), ...whatIf(view)];
}

function forced(view: View): Part[] {
  const { model, texts } = view;
  // A preview link forces too.
  const linked = (model.outline?.slots ?? []).map((slot) => model.facade.call("decide", [slot]) as any).find(({ reason }) => reason == "preview");
  const of = model.forced ?? linked;
  if (!of) return [];
  const release = button(texts.release, { class: "small", "data-key": "release" }, () => {
    model.force(undefined);
    view.draw("tab");
  });
  return [make("div", { class: "strip" }, make("span", {}, fill(texts.forcedBar, `${of.experience} · ${of.variant ?? texts.own}`)), release)];
}

function whatIf(view: View): Part[] {
  const { model, texts } = view;
  if (!model.supposes) return [];
  const { facts, consent, at } = model.scenario;
  const chips: [string, () => void][] = [
    ...Object.entries(facts).map(([path, value]): [string, () => void] => [`${path} = ${brief(value, 40)}`, () => delete facts[path]]),
    ...supposed(view),
    ...Object.entries(consent).map(([purpose, state]): [string, () => void] => [`${texts.purposes[purpose] ?? purpose}: ${texts.states[state]}`, () => delete consent[purpose]]),
    ...(at == null ? [] : [[fill(texts.asOf, instant(texts, at)), () => (model.scenario.at = null)] as [string, () => void]]),
  ];
  const what = chips.map(([text, drop]) => make("li", { class: "chip what" }, make("span", {}, text), button("×", { class: "drop", "data-key": `chip:${text}`, "aria-label": fill(texts.remove, text) }, () => view.suppose(drop, "tab"))));
  const reset = button(texts.reset, { class: "small", "data-key": "reset" }, () => view.suppose(() => model.reset(), "tab"));
  return [make("div", { class: "strip if" }, make("div", { class: "head" }, make("b", {}, texts.whatIf), make("ul", { class: "chips" }, ...what), reset), ...follows(view))];
}

/** What changes by it, before and after. */
function follows(view: View): Part[] {
  const { texts } = view;
  const all = changes(view);
  if (!all.length) return [make("p", { class: "quiet" }, `${texts.noChange} ${texts.neverTouches}`)];
  return [make("ul", { class: "follows" }, ...all.map(({ what, before, after }) => make("li", {}, make("b", {}, what), " ", ...(before ? [make("s", {}, before), " "] : []), `→ ${after}`))), make("small", {}, texts.neverTouches)];
}

interface Change {
  what: string;
  before?: string;
  after: string;
}

/** Segments entered and left, slots decided otherwise. */
export function changes(view: View): Change[] {
  const { texts, model } = view;
  const { now, then, outline } = model;
  if (!now || !then || !outline) return [];
  const turned = outline.segments.filter(({ id }) => now.segments.includes(id) != then.segments.includes(id));
  const slots = outline.slots.filter((slot) => shows(texts, now.decisions[slot]) != shows(texts, then.decisions[slot]));
  return [
    ...turned.map(({ id }) => ({ what: titleOf(view, id), after: then.segments.includes(id) ? texts.enters : texts.leaves })),
    ...slots.map((slot) => ({ what: slot, before: shows(texts, now.decisions[slot]), after: shows(texts, then.decisions[slot]) })),
  ];
}
