/** Time: another instant for everything the inspector shows, and what happened until now. */

import { make } from "../elements/make.js";
import { fill } from "./texts.js";
import { brief, button, code, instant, shows, span, titleOf, type Part, type View } from "./view.js";
import type { Happened } from "./model.js";

const HOUR = 3_600_000, DAY = 24 * HOUR;

export function timeline(view: View): Part[] {
  const { model, texts } = view;
  model.remember();
  const all = model.happened();
  const rows = all.map((one) => row(view, one)).reverse();
  return [...travel(view, all), make("h3", {}, texts.timeline), make("p", { class: "quiet" }, texts.timelineText),
    rows.length ? make("ol", { class: "past" }, ...rows) : make("p", { class: "none" }, texts.timelineNone)];
}

/** The steps of a visit: every instant at which something happened, and now. */
function travel(view: View, all: Happened[]): Part[] {
  const { model, texts } = view;
  const now = model.now?.at ?? Date.now();
  const { at } = model.scenario;
  if (model.problem) return [];
  const steps = [...new Set(all.map((one) => one.at).filter((one) => one < now)), null];
  const place = at == null ? steps.length - 1 : Math.max(0, steps.filter((step) => step != null && step <= at).length - 1);
  const go = (to: number | null, focus: string) => view.suppose(() => (model.scenario.at = to), focus);
  const range = make("input", { type: "range", "data-key": "travel", min: "0", max: String(steps.length - 1), "aria-label": texts.step, "aria-valuetext": at == null ? texts.present : instant(texts, at, true) });
  range.value = String(at != null && at > now ? steps.length - 1 : place);
  range.disabled = steps.length < 2;
  range.oninput = () => go(steps[Number(range.value)] ?? null, "travel");
  const date = make("input", { type: "datetime-local", step: "1", "data-key": "date", "aria-label": texts.date });
  date.value = local(at ?? now);
  date.onchange = () => {
    const to = new Date(date.value).getTime();
    if (!Number.isNaN(to)) go(to, "date");
  };
  const later = [HOUR, DAY, 7 * DAY, 30 * DAY].map((length) =>
    button(fill(texts.plus, span(texts, length)), { class: "small", "data-key": `plus:${length}` }, () => go((at ?? now) + length, `plus:${length}`)));
  const step = (to: number) => () => go(steps[place + to] ?? null, to < 0 ? "earlier" : "later");
  const earlier = button("‹", { class: "small", "data-key": "earlier", "aria-label": texts.earlier }, step(-1));
  earlier.disabled = !place;
  const next = button("›", { class: "small", "data-key": "later", "aria-label": texts.later }, step(1));
  next.disabled = at == null;
  const present = button(texts.present, { class: "small", "data-key": "present", "aria-pressed": String(at == null) }, () => go(null, "present"));
  const note = at == null ? texts.travelText : at < now ? texts.rebuilt : texts.future;
  return [make("h3", {}, texts.travel), make("p", { class: "quiet" }, note), make("div", { class: "travel" }, earlier, range, next, present), make("div", { class: "travel" }, date, ...later)];
}

/** An instant as the field of dates writes it, in the developer's own zone. */
const local = (at: number): string => new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 19);

function row(view: View, { at, kind, detail }: Happened): HTMLElement {
  const { model, texts } = view;
  const go = button(texts.goTo, { class: "small bare", "data-key": `go:${at}`, "aria-label": fill(texts.goToNamed, instant(texts, at, true)) }, () => view.suppose(() => (model.scenario.at = at), `go:${at}`));
  const mark = kind == "diagnostic" ? "warn" : kind == "decision" || kind == "exposure" ? "yes" : "";
  return make("li", { "data-kind": kind }, make("time", { datetime: new Date(at).toISOString() }, instant(texts, at)), make("span", { class: `chip ${mark}` }, texts.kinds[kind] ?? kind),
    make("span", { class: "said" }, ...said(view, kind, detail, at)), ...(model.problem ? [] : [go]));
}

function said(view: View, kind: string, detail: any, at: number): Part[] {
  const { texts, model } = view;
  switch (kind) {
    case "decision":
    case "exposure": {
      const trigger = model.outline?.experiences.find(({ id }) => id == detail.experience)?.trigger;
      const why = [texts.reasons[detail.reason] ?? detail.reason, ...(trigger && trigger != "load" ? [fill(texts.starts, trigger)] : [])];
      return [make("b", {}, detail.slot), ` ${shows(texts, detail)} `, make("small", {}, why.join(" · "))];
    }
    case "segment":
      return [make("b", {}, titleOf(view, detail.id)), ` ${detail.inside ? texts.inside : texts.outside}`];
    case "consent":
      return [make("b", {}, texts.purposes[detail.purpose] ?? detail.purpose), ` ${texts.states[detail.state] ?? detail.state}`];
    case "diagnostic":
      return [make("b", {}, detail.code), ` ${detail.message} `, make("small", {}, detail.where)];
    case "ready":
      return [texts.modes[detail.mode] ?? detail.mode, detail.reason ? ` (${detail.reason})` : ""];
    case "event":
      return [make("b", {}, detail.name || detail.type), " ", ...(Object.keys(detail.properties ?? {}).length ? [code(brief(detail.properties, 160))] : []), ...changed(view, at)];
    case "sync":
      return [detail.unsent ? fill(texts.unsent, detail.unsent) : texts.sent];
    case "emit":
      return [make("b", {}, detail.name), " ", code(brief(detail.detail))];
    default:
      return [code(brief(detail))];
  }
}

/** What an event of the past changed, as the past was made again. */
function changed(view: View, at: number): Part[] {
  const { past } = view.model;
  const place = past.findIndex((read) => read.at == at);
  const [before, after] = [past[place - 1]?.segments ?? [], past[place]?.segments];
  if (!after) return [];
  const entered = after.filter((id) => !before.includes(id)).map((id) => fill(view.texts.entered, titleOf(view, id)));
  const left = before.filter((id) => !after.includes(id)).map((id) => fill(view.texts.left, titleOf(view, id)));
  return [...entered, ...left].map((text) => make("small", { class: "what" }, text));
}
