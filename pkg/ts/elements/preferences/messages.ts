/** What may be sent: each channel with its topics, how often, to which address, and why that is lawful; and the end of all of it. */

import type { ChannelPreference, Frequency, Preferences, PreferencesChange, TopicPreference } from "../../messages.js";
import { make } from "../make.js";
import { address } from "./address.js";
import type { View } from "./view.js";
import { fill, humane } from "./words.js";

/** Arrow keys walk through what may be chosen: where they rest this long, in ms, is the choice. */
const REST = 400;
const OFTEN: Frequency[] = ["each", "daily", "weekly", "monthly"];

export function messages(view: View): Node[] {
  const { texts: { message }, shown } = view;
  if (!shown.visitor) return [make("p", { class: "none" }, message.nobody)];
  const { wanted } = shown;
  if (wanted === undefined) return [make("p", {}, message.text)];
  if (!wanted) return [make("p", { class: "none" }, message.unreachable), press("retry", message.retry, "quiet", () => void view.act(() => (shown.wanted = undefined)))];
  const channels = Object.entries(wanted.channels);
  if (!channels.length) return [];
  return [
    make("p", {}, message.text),
    ...(wanted.stopped ? [make("p", { class: "none" }, message.stopped)] : []),
    ...channels.map(([id, of]) => channel(view, id, of)),
    ...(channels.length > 1 ? [best(view, wanted)] : []),
    ...(wanted.stopped ? [] : [stop(view)]),
  ];
}

/** Sends a change and says what came of it; `said` is for what was done as asked. */
export const prefer = (view: View, change: PreferencesChange, said: string | ((now: Preferences) => string)) =>
  told(view, () => ask(view, change), said);

/** Sends a change once the one before it is answered: the last one stands. */
export const ask = ({ sdk, texts, shown }: View, change: PreferencesChange): Promise<Preferences | false | null> =>
  (shown.turn = shown.turn.then(() => sdk.call("visitor.prefer", [{ ...change, locale: texts.words.lang }])));

const told = ({ act, shown, texts: { message } }: View, run: () => Promise<Preferences | false | null>, said: string | ((now: Preferences) => string)) =>
  act(run, (now: Preferences | false | null) => {
    if (!now) return now === false ? message.refused : message.failed;
    shown.wanted = now;
    return typeof said == "string" ? said : said(now);
  });

function channel(view: View, id: string, of: ChannelPreference): HTMLElement {
  const { message } = view.texts;
  const name = channelName(view, id, of);
  const topics = Object.entries(of.topics);
  const whole = of.basis != "service";
  // A topic that rests on something else than its channel has been neither asked for nor refused with it.
  const own = topics.filter(([, topic]) => topic.basis == of.basis);
  const now = whole ? running(of, own) : "off";
  const some = now != "off" || topics.some(([, { basis, frequency }]) => basis != "service" && frequency != "off");
  const parts: Node[] = [make("h3", { id: `channel-${id}` }, name)];
  if (whole) parts.push(onOff(view, id, name, of, own));
  parts.push(make("small", {}, lawful(view, id, of.basis)));
  if (of.address || some) parts.push(...address(view, id, name, of));
  // A single topic says so itself.
  if (now != "off" && own.length != 1) {
    const all = (frequency: Frequency) => ({ channels: { [id]: frequency }, topics: { [id]: Object.fromEntries(own.flatMap(([topic, { frequency: was }]) => (was == "off" ? [] : [[topic, frequency]]))) } });
    const saved = (frequency: Frequency) => void prefer(view, all(frequency), fill(message.savedNamed, name, message.often[frequency]));
    parts.push(pick(`often:${id}`, message.howOften, fill(message.howOftenNamed, name), often(view, now, OFTEN), saved));
  }
  if (topics.length) parts.push(make("ul", { class: "rows topics", "aria-label": fill(message.topicsNamed, name) }, ...topics.map(([topic, said]) => row(view, id, name, of, topic, said))));
  return make("div", { class: "channel", role: "group", "aria-labelledby": `channel-${id}`, "data-channel": id }, ...parts);
}

/** How often messages of these topics come; nothing where that differs by topic. */
function running(of: ChannelPreference, own: [string, TopicPreference][]): Frequency | "" {
  if (!own.length) return of.frequency;
  const each = new Set(own.map(([, topic]) => topic.frequency).filter((frequency) => frequency != "off"));
  return each.size > 1 ? "" : ([...each][0] ?? "off");
}

function onOff(view: View, id: string, name: string, of: ChannelPreference, own: [string, TopicPreference][]): HTMLElement {
  const { message } = view.texts;
  const on = running(of, own) != "off";
  const others = Object.values(of.topics).some(({ basis, frequency }) => basis != "service" && frequency != "off");
  const input = make("input", { type: "checkbox", role: "switch", "data-key": `channel:${id}`, "aria-label": fill(message.commercialNamed, name) });
  input.checked = on;
  input.addEventListener("change", () => {
    // Whoever switches a channel on has every topic that rests on it; what they leave out is theirs to say.
    const change: PreferencesChange = input.checked
      ? { channels: { [id]: "each" }, topics: { [id]: Object.fromEntries(own.map(([topic]) => [topic, "each"])) } }
      : { channels: { [id]: "off" } };
    void prefer(view, change, fill(message[input.checked ? "switchedOn" : "switchedOff"], name));
  });
  const state = on ? (of.pending ? "waits" : "on") : others ? "others" : "off";
  return make("label", {}, make("b", {}, message.commercial), make("span", {}, message[state]), input);
}

function row(view: View, id: string, name: string, of: ChannelPreference, topic: string, said: TopicPreference): HTMLElement {
  const { message } = view.texts;
  const title = named(view, said.title) ?? humane(topic);
  const why = said.basis == of.basis ? [] : [make("small", {}, lawful(view, id, said.basis))];
  if (said.basis == "service") return make("li", {}, make("p", { class: "fixed" }, make("b", {}, title), make("span", {}, message.always)), ...why);
  const choose = (frequency: Frequency) =>
    void prefer(view, { topics: { [id]: { [topic]: frequency } } }, fill(message.savedNamed, `${name}, ${title}`, message.often[frequency]));
  return make("li", {}, pick(`topic:${id}:${topic}`, title, fill(message.topicNamed, title, name), often(view, said.frequency, [...OFTEN, "off"]), choose), ...why);
}

type Option = [value: string, text: string, chosen: boolean];

const often = ({ texts: { message } }: View, now: Frequency | "", of: Frequency[]): Option[] => [
  ...(now ? [] : [["", message.differs, true] as Option]),
  ...of.map((one): Option => [one, message.often[one], one == now]),
];

function pick(key: string, text: string, label: string, options: Option[], chosen: (frequency: Frequency) => void): HTMLElement {
  const select = make("select", { "data-key": key, "aria-label": label });
  for (const [value, text, now] of options) {
    const option = make("option", {}, text);
    option.value = value;
    option.selected = now;
    select.append(option);
  }
  let wait: ReturnType<typeof setTimeout>, keyed = false;
  select.addEventListener("keydown", () => (keyed = true));
  select.addEventListener("pointerdown", () => (keyed = false));
  select.addEventListener("change", () => {
    clearTimeout(wait);
    const done = () => select.value && chosen(select.value as Frequency);
    if (keyed) wait = setTimeout(done, REST);
    else done();
  });
  return make("label", { class: "pick" }, make("b", {}, text), select);
}

function best(view: View, wanted: Preferences): HTMLElement {
  const { message } = view.texts;
  const choices = [["", message.noBest] as const, ...Object.entries(wanted.channels).map(([id, of]) => [id, channelName(view, id, of)] as const)];
  const radios = choices.map(([id, name]) => {
    const input = make("input", { type: "radio", name: "best", "data-key": `best:${id}` });
    input.checked = id == (wanted.preferred ?? "");
    input.addEventListener("change", () => void prefer(view, { preferred: id }, id ? fill(message.bestSaved, name) : message.noBestSaved));
    return make("label", { class: "radio" }, input, name);
  });
  return make("fieldset", {}, make("legend", {}, message.best), ...radios);
}

function stop(view: View): HTMLElement {
  const { message } = view.texts;
  return make("div", { class: "stop", role: "group", "aria-labelledby": "stop" },
    make("h3", { id: "stop" }, message.stop),
    make("p", {}, message.stopText),
    press("stop", message.stop, "danger", () => void prefer(view, { stop: true }, message.stopSaid)));
}

export function press(key: string, text: string, kind: string, run: () => void, name = ""): HTMLButtonElement {
  const button = make("button", { type: "button", class: kind, "data-key": key, "aria-label": name }, text);
  button.addEventListener("click", run);
  return button;
}

const channelName = (view: View, id: string, of: ChannelPreference): string => named(view, of.title) ?? view.texts.message.channels[id] ?? humane(id);

function named({ texts }: View, title: TopicPreference["title"]): string | undefined {
  if (!title || typeof title == "string") return title || undefined;
  return title[texts.words.lang] ?? Object.values(title)[0];
}

/** Why it may be sent, in plain words and with the law. */
function lawful({ texts: { message } }: View, id: string, basis: string): string {
  const by = /^(email|sms|push)$/.test(id) ? "mail" : id == "phone" ? "phone" : "other";
  const law = message.laws[`${basis}:${by}`] ?? message.laws[basis] ?? "";
  return fill(message.bases[basis] ?? "", law);
}
