/** Segments: in or out, why, and who enters or leaves by what is supposed. */

import { make } from "../elements/make.js";
import { condition } from "./tree.js";
import { field, titleOf, toggle, type Part, type View } from "./view.js";

export function segments(view: View): Part[] {
  const { model, texts } = view;
  const all = model.outline?.segments ?? [];
  if (!all.length) return [make("p", { class: "none" }, texts.noSegments)];
  const search = field(view, "filter", texts.filter, "", { type: "search", placeholder: texts.filter });
  const list = make("ul", { class: "cards" });
  const fill = () => {
    const wanted = (view.typing["filter"] ?? "").toLowerCase();
    const found = all.filter(({ id }) => `${id} ${titleOf(view, id)}`.toLowerCase().includes(wanted));
    // Who would enter or leave comes first, then who is in.
    const [now, then] = [model.now?.segments ?? [], model.then?.segments];
    const rank = (id: string) => (then && now.includes(id) != then.includes(id) ? 0 : now.includes(id) ? 1 : 2);
    found.sort((a, b) => rank(a.id) - rank(b.id) || titleOf(view, a.id).localeCompare(titleOf(view, b.id), texts.lang));
    list.replaceChildren(...(found.length ? found.map(({ id }) => card(view, id)) : [make("li", { class: "none" }, texts.noMatch)]));
  };
  search.addEventListener("input", fill);
  fill();
  return [search, list];
}

function card(view: View, id: string): HTMLElement {
  const { model, texts } = view;
  const inside = !!model.now?.segments.includes(id);
  const then = model.then ? model.then.segments.includes(id) : inside;
  const open = model.open.has(id);
  const title = titleOf(view, id);
  const flip = () => {
    if (!model.open.delete(id)) model.open.add(id);
    model.think();
  };
  const turned = inside != then ? [make("span", { class: "chip what" }, `→ ${then ? texts.enters : texts.leaves}`)] : [];
  return make(
    "li", { class: "card", "data-segment": id, ...(turned.length && { "data-turned": "" }) },
    make("div", { class: "head" }, make("div", { class: "name" }, make("h3", {}, title), ...(title == id ? [] : [make("small", {}, id)]),
      make("span", { class: `chip ${inside ? "yes" : "no"}` }, inside ? texts.inside : texts.outside), ...turned), toggle(view, texts.why, title, `why:${id}`, open, flip)),
    ...(open ? why(view, model.trees[id]) : []),
  );
}

function why(view: View, tree: any): Part[] {
  if (!tree) return [];
  const { texts } = view;
  const notes = [tree.needs && texts.needsPersonalization, tree.optedOut && texts.optedOut].filter(Boolean).map((text) => make("p", { class: "warn" }, text));
  return [...notes, ...condition(view, tree.when, tree)];
}
