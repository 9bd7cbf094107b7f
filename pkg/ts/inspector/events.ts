/** Events: those that the device still keeps, and those that are supposed. */

import { make } from "../elements/make.js";
import { fill } from "./texts.js";
import { brief, code, field, instant, type Part, type View } from "./view.js";

/** No visit has more, and each is replayed. */
const MOST = 50;

export function events(view: View): Part[] {
  const { model, texts } = view;
  const history: any[] = [...(model.profile?.history ?? [])].reverse();
  const empty = make("p", { class: "none" }, model.profile ? texts.eventsNone : texts.eventsNoConsent);
  const list = history.map((one) => make("li", {}, make("time", { datetime: new Date(one.at).toISOString() }, instant(texts, one.at)),
    make("b", {}, one.name || one.type), ...(Object.keys(one.properties ?? {}).length ? [code(brief(one.properties, 300))] : [])));
  return [...form(view), make("h3", {}, texts.tabs.events), make("p", { class: "quiet" }, texts.eventsText), history.length ? make("ol", { class: "past" }, ...list) : empty];
}

function form(view: View): Part[] {
  const { model, texts } = view;
  const names = model.outline?.events ?? [];
  if (!names.length) return [];
  const chosen = names.find(({ name }) => name == view.typing["event"]) ?? names[0]!;
  const list = make("select", { "data-key": "event" }, ...names.map(({ name }) => make("option", { value: name, ...(name == chosen.name && { selected: "selected" }) }, name)));
  // What was seen of the same event last is a likely next one.
  const last = [...(model.profile?.history ?? [])].reverse().find(({ name }: any) => name == chosen.name)?.properties;
  const example = last ?? Object.fromEntries(chosen.properties.slice(0, 4).map((name) => [name, ""]));
  const key = `properties:${chosen.name}`;
  list.onchange = () => ((view.typing["event"] = list.value), view.shown.delete("bad"), view.draw("event"));
  const bad = view.shown.has("bad");
  const properties = field(view, key, texts.eventProperties, JSON.stringify(example), bad ? { "aria-invalid": "true", "aria-describedby": "bad" } : {});
  const times = field(view, "times", texts.eventTimes, "1", { type: "number", min: "1", max: String(MOST) });
  const of = make("form", { class: "event" }, make("label", {}, make("span", {}, texts.eventName), list), make("label", { class: "wide" }, make("span", {}, texts.eventProperties), properties),
    make("label", {}, make("span", {}, texts.eventTimes), times), make("button", { type: "submit", "data-key": "event-add" }, texts.eventAdd), ...(bad ? [make("p", { class: "warn", id: "bad" }, texts.eventBad)] : []));
  of.onsubmit = (event) => {
    event.preventDefault();
    const said = object(properties.value);
    const room = MOST - model.scenario.events.length;
    const count = Math.min(Math.max(Math.trunc(Number(times.value)) || 1, 1), room);
    if (!said) return view.shown.add("bad"), view.draw(key);
    view.shown.delete("bad");
    view.suppose(() => model.scenario.events.push(...Array.from({ length: count }, () => ({ event: chosen.name, properties: said }))), "event-add");
  };
  return [make("h3", {}, texts.eventHeading), of];
}

function object(text: string): Record<string, unknown> | undefined {
  try {
    const said = JSON.parse(text || "{}");
    return said && typeof said == "object" && !Array.isArray(said) ? said : undefined;
  } catch {
    return undefined;
  }
}

/** Supposed events, equal ones together. */
export function supposed({ model, texts }: View): [text: string, drop: () => void][] {
  const { scenario } = model;
  const groups = new Map<string, number>();
  for (const { event } of scenario.events) groups.set(event, (groups.get(event) ?? 0) + 1);
  return [...groups].map(([name, count]) => [fill(texts.eventChip, name, count), () => (scenario.events = scenario.events.filter(({ event }) => event != name))]);
}

