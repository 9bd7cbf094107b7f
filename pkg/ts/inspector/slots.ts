/** Slots: what each shows, why, and what could be shown instead. */

import { make } from "../elements/make.js";
import { condition } from "./tree.js";
import { fill } from "./texts.js";
import { button, shows, toggle, type Part, type View } from "./view.js";

export function slots(view: View): Part[] {
  const { model, texts } = view;
  if (!model.outline?.slots.length) return [make("p", { class: "none" }, texts.noSlots)];
  const differs = model.differs.length
    ? make("p", { class: "warn", role: "note" }, fill(texts.differs, model.differs.join(", ")))
    : make("p", { class: "quiet" }, model.problem ? "" : texts.agrees);
  const here = (slot: string) => !!document.querySelector(`[data-vitrine-slot="${CSS.escape(slot)}"],vitrine-slot[name="${CSS.escape(slot)}"]`);
  // What is on the page comes first.
  const sorted = [...model.outline.slots].sort((a, b) => Number(here(b)) - Number(here(a)));
  return [make("ul", { class: "cards" }, ...sorted.map((slot) => card(view, slot, here(slot)))), differs];
}

function card(view: View, slot: string, here: boolean): HTMLElement {
  const { model, texts } = view;
  const { now, then } = model;
  const page = model.facade.call("decide", [slot]) as any;
  const [before, after] = [shows(texts, now?.decisions[slot]), shows(texts, then?.decisions[slot])];
  const turned = then && before != after;
  const shown = then ? now!.decisions[slot] : page;
  const open = model.open.has(slot);
  const reason = (of: any) => make("span", { class: `chip ${of?.reason == "preview" ? "what" : ""}` }, texts.reasons[of?.reason] ?? of?.reason ?? "");
  const line = make("p", { class: "shows" }, make(turned ? "s" : "b", {}, shows(texts, shown)), " ", reason(shown));
  const next = turned ? [make("p", { class: "shows next" }, make("span", { class: "arrow", "aria-hidden": "true" }, "→"), make("b", {}, after), " ", reason(then.decisions[slot]))] : [];
  const flip = () => {
    if (!model.open.delete(slot)) model.open.add(slot);
    model.think();
  };
  return make(
    "li", { class: "card", "data-slot": slot, ...(turned && { "data-turned": "" }) },
    make("div", { class: "head" }, make("div", { class: "name" }, make("h3", {}, slot), make("small", {}, here ? texts.onPage : texts.notOnPage)), toggle(view, texts.why, slot, `why:${slot}`, open, flip)),
    line, ...next, ...(open ? experiences(view, slot) : []),
  );
}

function experiences(view: View, slot: string): Part[] {
  const { model, texts } = view;
  const tree = model.trees[slot];
  if (!tree?.experiences?.length) return [make("p", { class: "none" }, texts.noExperiences)];
  return [make("ol", { class: "experiences" }, ...tree.experiences.map((one: any) => {
    const known = model.outline?.experiences.find(({ id }) => id == one.experience);
    const wins = tree.experience == one.experience;
    const facts = known ? [fill(texts.priority, known.priority), fill(texts.purpose, texts.purposes[known.purpose] ?? known.purpose), ...(known.trigger == "load" ? [] : [fill(texts.starts, known.trigger)])] : [];
    const status = wins ? texts.wins : (texts.rejected[one.rejected] ?? one.rejected ?? "");
    const parts = Object.keys(texts.parts).flatMap((part) => {
      if (!one[part]) return [];
      // What decided, and what would turn it, is said of the part that the answer hangs on.
      const about = (one.rejected && one[one.rejected] ? one.rejected : "when") == part ? one : {};
      return [make("h5", {}, texts.parts[part]!), ...condition(view, one[part], about)];
    });
    return make("li", { class: wins ? "wins" : "", "data-experience": one.experience }, make("div", { class: "name" }, make("h4", {}, one.experience), make("span", { class: `chip ${wins ? "yes" : "no"}` }, status)),
      make("small", {}, facts.join(" · ")), ...variants(view, one.experience, known?.variants ?? []), ...parts);
  }))];
}

function variants(view: View, experience: string, names: readonly string[]): Part[] {
  const { model, texts } = view;
  if (!names.length) return [];
  const buttons = names.map((variant) => {
    const on = model.forced?.experience == experience && model.forced.variant == variant;
    return button(variant, { class: "small", "data-key": `force:${experience}:${variant}`, "aria-pressed": String(on), "aria-label": fill(texts.forceNamed, experience, variant) }, () => {
      model.force(on ? undefined : { experience, variant });
      view.draw();
    });
  });
  return [make("div", { class: "variants" }, make("span", { class: "quiet" }, `${texts.force} :`.replace(" :", texts.lang == "fr" ? " :" : ":")), ...buttons)];
}
