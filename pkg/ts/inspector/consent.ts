/** Consent: how each purpose stands, and what would follow from another choice. */

import { make } from "../elements/make.js";
import { fill } from "./texts.js";
import { day, type Part, type View } from "./view.js";

export function consent(view: View): Part[] {
  const { model, texts } = view;
  const all = Object.entries<any>(model.consent);
  const asked = all.some(([, { state }]) => state != "unknown" && state != "expired");
  return [
    make("p", { class: asked ? "quiet" : "none" }, asked ? texts.consentText : texts.consentNone),
    make("ul", { class: "facts" }, ...all.map(([purpose, choice]) => row(view, purpose, choice))),
  ];
}

function row(view: View, purpose: string, choice: any): HTMLElement {
  const { model, texts } = view;
  const said = [choice.source && fill(texts.source, choice.source), choice.decidedAt != null && fill(texts.decidedOn, day(texts, choice.decidedAt)), choice.expiresAt != null && fill(texts.expiresOn, day(texts, choice.expiresAt - 1))];
  const named = texts.purposes[purpose] ?? purpose;
  const wish = model.scenario.consent[purpose] ?? "";
  const list = make("select", { "data-key": `consent:${purpose}`, "aria-label": fill(texts.consentSuppose, named) },
    ...["", "granted", "denied"].map((state) => make("option", { value: state, ...(state == wish && { selected: "selected" }) }, state ? texts.states[state]! : texts.asIs)));
  // An option's empty value is left out by `make`: it would be its text.
  list.options[0]!.value = "";
  list.onchange = () => view.suppose(() => (list.value ? (model.scenario.consent[purpose] = list.value) : delete model.scenario.consent[purpose]), `consent:${purpose}`);
  return make(
    "li", { "data-purpose": purpose, ...(wish && { "data-turned": "" }) },
    make("div", { class: "fact" }, make("b", {}, named), make("span", { class: `chip ${choice.state == "granted" ? "yes" : "no"}` }, texts.states[choice.state] ?? choice.state), make("span", { class: "acts" }, list)),
    make("small", {}, said.filter(Boolean).join(" · ")),
  );
}
