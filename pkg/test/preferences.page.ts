// The page of preferences.test.ts: an SDK in place of the real one, which tests/e2e drives (stories/preferences.mjs).
import { define } from "../ts/elements/preferences/preferences.js";

const DAY = 86_400_000, NOW = 1_767_225_600_000;
const given = (window as any).given ?? {};
const calls: unknown[][] = ((window as any).calls = []);
const listeners: (() => void)[] = [];
const choice = (state: string) => ({ state, source: "preference", decidedAt: NOW, expiresAt: NOW + 181 * DAY });
const choices: Record<string, any> = Object.fromEntries(
  ["personalization", "measurement", "experiments", "marketing"].map((id) => [id, given.state ? choice(given.state) : { state: "unknown" }]),
);
const profile: any = {
  traits: {
    city: { value: "Lyon", source: "crm", at: NOW - 40 * DAY, provenance: "imported" },
    newsletter: { value: true, source: "form", at: NOW - DAY, provenance: "declared" },
    children: { value: 2, source: "account", at: NOW - 400 * DAY, provenance: "declared" },
  },
  session: { number: 3, pages: 4, duration: 120 },
  first: { channel: "newsletter", campaign: "spring", seen: NOW - 90 * DAY },
  last: { channel: "search", seen: NOW },
  cart: { value: 84, items: 2, categories: ["winter", "kitchen"], updated: NOW },
  orders: { count: 2, value: 640.5, average: 320.25, last: NOW - 12 * DAY },
  offers: { welcome10: { state: "consumed", at: NOW - 12 * DAY } },
  forms: { newsletter: "submitted" },
  history: [{ at: NOW - 5_000, type: "page", name: "", properties: { path: "/" }, context: {} }, { at: NOW, type: "track", name: "Product Viewed", properties: { sku: "merino-scarf", price: 49 }, context: {} }],
  segments: {
    "winter-fans": { op: "$events", compute: "count", events: ["Product Viewed"], within: 7 * DAY, value: 3, test: "$gte", operand: 3, result: true },
    "big-customer": { op: "$and", result: true, of: [{ path: "orders.value", value: 640.5, op: "$gte", operand: 500, result: true }, { op: "$not", result: true, of: [{ op: "$segment", segment: "lost", result: false, of: [{ path: "lifecycle", value: "loyal", op: "is", operand: "lost", result: false }] }] }] },
  },
  titles: { "winter-fans": { en: "Winter fans", fr: "Amateurs d’hiver" }, sale: { en: "Bargain hunters", fr: "Chasseurs de bonnes affaires" } },
  optedOut: ["sale"],
};
// As crates/server/src/preferences.rs folds it.
const chosen: Record<string, Record<string, string>> = {};
const topic = (fr: string, en: string, basis: string) => ({ title: { fr, en }, basis, frequency: "off" });
const wanted: any = given.bare ? { stopped: false, channels: {} } : {
  stopped: false,
  channels: {
    email: { title: null, basis: "opt-in", pending: false, topics: { news: topic("Nouveautés", "New arrivals", "opt-in"), sales: topic("Soldes", "Sales", "opt-in"), similar: topic("Produits proches de vos achats", "Products close to what you bought", "customer-similar"), orders: topic("Suivi de commande", "Order updates", "service") } },
    phone: { title: { fr: "Téléphone", en: "Telephone" }, basis: "contract-ongoing", pending: false, topics: {} },
    post: { title: null, basis: "interest", pending: false, topics: { news: topic("Nouveautés", "New arrivals", "interest") } },
  },
};
function fold() {
  for (const [id, of] of Object.entries<any>(wanted.channels)) {
    const said = chosen[id] ?? {};
    const frequency = (basis: string, topic: string) =>
      basis == "service" ? "each" : wanted.stopped || said[""] == "off" ? "off" : said[""] == "singly" ? (said[topic] ?? "off") : (said[topic] ?? said[""] ?? (basis == "opt-in" ? "off" : "each"));
    of.frequency = frequency(of.basis, "");
    for (const [name, topic] of Object.entries<any>(of.topics)) topic.frequency = frequency(topic.basis, name);
  }
}
fold();
const answers: Record<string, (...args: any[]) => any> = {
  "consent.get": () => choices,
  "consent.set": (states) => Object.entries<string>(states).forEach(([id, state]) => (choices[id] = choice(state))),
  "consent.withdraw": (id) => (choices[id] = choice("withdrawn")),
  "visitor.id": () => (given.state == "granted" ? "0197-visitor" : null),
  "visitor.profile": () => (choices.personalization.state == "granted" ? structuredClone(profile) : null),
  "visitor.receipts": () =>
    given.offline ? null : [{ identifier: "r1", record: { time: new Date(NOW - 3 * DAY).toISOString(), notice: "n3", processing: { personalization: { status: "granted" }, measurement: { status: "granted" } } } }],
  "visitor.preferences": () => (given.offline ? null : structuredClone(wanted)),
  "visitor.prefer": ({ stop, channels, topics, addresses, preferred }) => {
    if (given.offline) return null;
    if (Object.values<string>(addresses ?? {}).some((text) => text && !text.includes("@"))) return false;
    if (stop) {
      wanted.stopped = true;
      for (const id of Object.keys(wanted.channels)) (chosen[id] = { "": "off" }), delete wanted.channels[id].address, (wanted.channels[id].pending = false);
    }
    for (const [id, text] of Object.entries<string>(addresses ?? {})) {
      wanted.channels[id].address = text ? `${text[0]}…@${text.split("@")[1]}` : undefined;
      wanted.channels[id].pending = !!text;
    }
    for (const [id, frequency] of Object.entries<string>(channels ?? {})) {
      (chosen[id] ??= {})[""] = frequency;
      if (frequency != "off") wanted.stopped = false;
    }
    for (const [id, of] of Object.entries<any>(topics ?? {}))
      if ((wanted.stopped || chosen[id]?.[""] == "off") && Object.values(of).some((frequency) => frequency != "off")) (chosen[id] = { "": "singly" }), (wanted.stopped = false);
    for (const [id, of] of Object.entries<any>(topics ?? {})) Object.assign((chosen[id] ??= {}), of);
    if (preferred != null) wanted.preferred = preferred || undefined;
    fold();
    return structuredClone(wanted);
  },
  "visitor.export": () => (given.offline ? null : { events: [] }),
  "visitor.correct": (traits) => Object.entries(traits).forEach(([name, value]) => (profile.traits[name] = { value, source: "visitor", at: NOW })),
  "visitor.optOut": (id, out) => {
    profile.optedOut = profile.optedOut.filter((other: string) => other != id).concat(out ? id : []);
    if (out) delete profile.segments[id];
  },
  "visitor.erase": () => !given.offline,
};
(window as any).online = (on: boolean) => (given.offline = !on);
(window as any).confirmed = (id: string) => (wanted.channels[id].pending = false);
(window as any).changed = () => listeners.forEach((listener) => listener());
define({
  call: (name, args) => {
    if (!/get|profile|receipts|preferences|id$/.test(name)) calls.push([name, ...args]);
    const answer = answers[name]!(...args);
    return /consent|id$/.test(name) ? answer : Promise.resolve(answer);
  },
  on: (_, listener) => (listeners.push(listener), () => listeners.splice(listeners.indexOf(listener), 1)),
});
