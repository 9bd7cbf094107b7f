/** Facts: what conditions read, where it comes from, and what would follow if it were otherwise. */

import { make } from "../elements/make.js";
import { fill } from "./texts.js";
import { brief, button, code, field, typed, type Part, type View } from "./view.js";
import type { Fact } from "./tools.js";

export function facts(view: View): Part[] {
  const { model, texts } = view;
  const rows = model.facts.length ? [make("ul", { class: "facts" }, ...model.facts.map((fact) => row(view, fact)))] : [make("p", { class: "none" }, texts.noFacts)];
  const unread = model.unread.map((path) => make("p", { class: "warn" }, fill(texts.unread, path)));
  return [make("h3", {}, texts.facts), make("p", { class: "quiet" }, texts.factsText), ...unread, ...rows, ...everything(view)];
}

function row(view: View, fact: Fact): HTMLElement {
  const { model, texts } = view;
  const { path } = fact;
  const supposed = Object.hasOwn(model.scenario.facts, path);
  const edit = `edit:${path}`;
  const open = view.shown.has(edit);
  const from = [texts.provenance[fact.provenance] ?? fact.provenance, fact.source].filter(Boolean).join(", ");
  const close = () => (view.shown.delete(edit), delete view.typing[edit]);
  const form = () => {
    const form = make("form", { class: "edit" }, field(view, edit, fill(texts.valueOf, path), brief(supposed ? model.scenario.facts[path] : fact.value, 1e4), { "aria-describedby": "hint" }),
      make("button", { type: "submit", class: "small", "data-key": `suppose:${path}` }, texts.suppose),
      button(texts.cancel, { class: "small bare" }, () => (close(), view.draw(`change:${path}`))), make("small", { id: "hint" }, texts.valueHint));
    form.onsubmit = (event) => {
      event.preventDefault();
      const text = view.typing[edit] ?? brief(supposed ? model.scenario.facts[path] : fact.value, 1e4);
      close();
      view.suppose(() => (model.scenario.facts[path] = typed(text)), `change:${path}`);
    };
    form.onkeydown = (event) => {
      if (event.key != "Escape") return;
      event.stopPropagation();
      close();
      view.draw(`change:${path}`);
    };
    return form;
  };
  const change = button(texts.edit, { class: "small", "data-key": `change:${path}`, "aria-label": fill(texts.editNamed, path), "aria-expanded": String(open) }, () => {
    view.shown.add(edit);
    view.draw(edit);
  });
  const drop = button(texts.drop, { class: "small", "data-key": `drop:${path}`, "aria-label": fill(texts.dropNamed, path) }, () => view.suppose(() => delete model.scenario.facts[path], `change:${path}`));
  return make(
    "li", { "data-fact": path, ...(supposed && { "data-turned": "" }) },
    make("div", { class: "fact" }, code(path), make("span", { class: "value" }, make(supposed ? "s" : "b", {}, brief(fact.value)), ...(supposed ? [" → ", make("b", {}, brief(model.scenario.facts[path]))] : [])),
      make("span", { class: "acts" }, ...(supposed ? [drop] : []), change)),
    make("small", {}, [from, fill(texts.readBy, fact.readBy.join(", "))].join(" · ")),
    ...(open ? [form()] : []),
  );
}

/** The whole profile, as data. */
function everything(view: View): Part[] {
  const { model, texts } = view;
  if (!model.profile) return [make("p", { class: "none" }, texts.everythingNone)];
  const details = make("details", { "data-key": "everything" }, make("summary", {}, texts.everything), make("pre", { tabindex: "0", role: "region", "aria-label": texts.everything }, JSON.stringify(model.profile, null, 2)));
  details.open = view.shown.has("everything");
  details.ontoggle = () => void (details.open ? view.shown.add("everything") : view.shown.delete("everything"));
  return [details];
}
