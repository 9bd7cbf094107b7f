/** The profile in plain words: facts with their source, and the way to correct them. */

import { make } from "../make.js";
import type { View } from "./view.js";
import { date, fact, fill, humane, moment, value } from "./words.js";

/** What is shown of the past at most. */
const RECENT = 30;
const ACTIVITY = ["session", "first", "last", "cart", "orders"];
/** Of the site's own address nothing is news. */
const QUIET = /^session\.duration$/;

export function known(view: View): Node[] {
  const { texts, shown } = view;
  const { profile } = shown;
  if (!profile) return [make("p", { class: "none" }, texts.knownNothing)];
  const traits = Object.entries<any>(profile.traits ?? {});
  const activity = ACTIVITY.flatMap((root) =>
    Object.entries(profile[root] ?? {}).flatMap(([name, of]) => {
      const path = `${root}.${name}`;
      const empty = of == null || of === "" || of === 0 || (Array.isArray(of) && !of.length);
      return empty || QUIET.test(path) ? [] : [row(fact(texts.words, path), value(texts.words, of, path))];
    }));
  for (const [id, offer] of Object.entries<any>(profile.offers ?? {}))
    activity.push(row(fact(texts.words, `offers.${id}`), value(texts.words, offer.state), date(texts.words, offer.at)));
  for (const [id, state] of Object.entries(profile.forms ?? {})) activity.push(row(fact(texts.words, `forms.${id}`), value(texts.words, state)));
  const parts: Node[] = [make("p", {}, texts.knownText)];
  if (traits.length) parts.push(make("h3", {}, texts.about), make("dl", {}, ...traits.map(([name, of]) => trait(view, name, of))));
  if (activity.length) parts.push(make("h3", {}, texts.activity), make("dl", {}, ...activity));
  parts.push(...recent(view));
  if (parts.length == 1) parts.push(make("p", { class: "none" }, texts.knownEmpty));
  return parts;
}

function recent({ texts, shown }: View): Node[] {
  const past = (shown.profile!.history ?? []).slice(-RECENT).reverse();
  if (!past.length) return [];
  const items = past.map(({ at, type, name, properties }: any) => {
    const what = name || texts.words.times[`:${type}`] || type;
    const details = Object.entries<any>(properties ?? {}).filter(([, of]) => typeof of != "object").map(([key, of]) => `${humane(key)}: ${value(texts.words, of)}`);
    return make("li", {}, make("b", {}, what), " ", make("time", { datetime: new Date(at).toISOString() }, moment(texts.words, at)), make("small", {}, details.join(" · ")));
  });
  return [make("details", { "data-key": "recent" }, make("summary", {}, fill(texts.recent, String(past.length))), make("ul", { class: "past" }, ...items))];
}

function row(name: string, text: string, more = "", ...acts: Node[]): HTMLElement {
  return make("div", {}, make("dt", {}, name), make("dd", {}, make("span", {}, text), ...(more ? [make("small", {}, more)] : []), ...acts));
}

function trait(view: View, name: string, of: { value: unknown; source: string; at: number }): HTMLElement {
  const { texts, shown } = view;
  const label = fact(texts.words, `profile.${name}`);
  if (shown.editing?.name == name) return editor(view, name, label, of.value);
  const source = texts.sources[of.source] ?? fill(texts.sourceOther, humane(of.source));
  const correct = make("button", { type: "button", class: "small", "data-key": `correct:${name}`, "aria-label": fill(texts.correctNamed, label) }, texts.correct);
  correct.addEventListener("click", () => {
    shown.editing = { name, text: of.value == null ? "" : typeof of.value == "object" ? JSON.stringify(of.value) : String(of.value) };
    view.draw(`edit:${name}`);
  });
  const simple = of.value == null || typeof of.value != "object";
  return row(label, value(texts.words, of.value), `${source}, ${date(texts.words, of.at)}`, ...(simple ? [correct] : []));
}

/** A field of the kind of the value that there was. */
function editor(view: View, name: string, label: string, was: unknown): HTMLElement {
  const { texts, shown, sdk } = view;
  const field = typeof was == "boolean" ? choice(view, name) : make("input", { type: typeof was == "number" ? "number" : "text", "data-key": `edit:${name}`, "aria-label": label, step: "any" });
  field.value = shown.editing!.text;
  field.addEventListener("input", () => (shown.editing!.text = field.value));
  const form = make("form", { class: "edit" }, field, make("button", { class: "small" }, texts.save));
  const cancel = make("button", { type: "button", class: "small" }, texts.cancel);
  const stop = () => {
    delete shown.editing;
    view.draw(`correct:${name}`);
  };
  cancel.addEventListener("click", stop);
  form.append(cancel);
  form.addEventListener("keydown", (event) => event.key == "Escape" && stop());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value;
    const now = typeof was == "boolean" ? text == "true" : typeof was == "number" && text ? Number(text) : text;
    delete shown.editing;
    void view.act(() => sdk.call("visitor.correct", [{ [name]: now }]), texts.said.saved).then(() => view.draw(`correct:${name}`));
  });
  return make("div", {}, make("dt", {}, label), make("dd", {}, form));
}

function choice({ texts }: View, name: string): HTMLSelectElement {
  const option = (state: string, text: string) => make("option", { value: state }, text);
  return make("select", { "data-key": `edit:${name}` }, option("true", texts.words.yes), option("false", texts.words.no));
}
