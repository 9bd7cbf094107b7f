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
const answers: Record<string, (...args: any[]) => any> = {
  "consent.get": () => choices,
  "consent.set": (states) => Object.entries<string>(states).forEach(([id, state]) => (choices[id] = choice(state))),
  "consent.withdraw": (id) => (choices[id] = choice("withdrawn")),
  "visitor.id": () => (given.state == "granted" ? "0197-visitor" : null),
  "visitor.profile": () => (choices.personalization.state == "granted" ? structuredClone(profile) : null),
  "visitor.receipts": () => (given.offline ? null : { consents: [{ at: NOW - 3 * DAY, purposes: { personalization: "granted", measurement: "granted" }, notice: "n3", receipt: { id: "r1" } }] }),
  "visitor.export": () => (given.offline ? null : { events: [] }),
  "visitor.correct": (traits) => Object.entries(traits).forEach(([name, value]) => (profile.traits[name] = { value, source: "visitor", at: NOW })),
  "visitor.optOut": (id, out) => {
    profile.optedOut = profile.optedOut.filter((other: string) => other != id).concat(out ? id : []);
    if (out) delete profile.segments[id];
  },
  "visitor.erase": () => !given.offline,
};
(window as any).changed = () => listeners.forEach((listener) => listener());
define({
  call: (name, args) => {
    if (!/get|profile|receipts|id$/.test(name)) calls.push([name, ...args]);
    const answer = answers[name]!(...args);
    return /consent|id$/.test(name) ? answer : Promise.resolve(answer);
  },
  on: (_, listener) => (listeners.push(listener), () => listeners.splice(listeners.indexOf(listener), 1)),
});
