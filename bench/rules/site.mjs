// The model's rules as files: a site file for Vitrine, features for GrowthBook.

import { declared } from "./facts.mjs";

/** The site file, as an object. */
export function siteFile(id, { segments, slots }) {
  return {
    vitrine: 1,
    site: id,
    timezone: "UTC",
    purposes: { personalization: { basis: "consent", notice: "n1" }, experiments: { basis: "consent", notice: "n1" } },
    traits: declared,
    slots: Object.fromEntries(slots.map((_, at) => [`slot${at}`, {}])),
    segments: Object.fromEntries(segments.map(({ id, clauses }) => [id, { when: condition(clauses, "profile.") }])),
    experiences: slots.flatMap((ranks, slot) => ranks.map(({ id, segment }, rank) => ({
      id,
      slot: `slot${slot}`,
      when: { $segment: segments[segment].id },
      priority: 100 - rank,
      variants: [{ id: "only", actions: [{ text: { to: `content of ${id}` } }] }],
    }))),
  };
}

/** Clauses as a MongoDB-style condition: what Vitrine, GrowthBook, sift and mingo all read. */
export function condition(clauses, prefix = "") {
  return Object.fromEntries(clauses.map(({ name, op, value }) => [prefix + name, op == "bare" ? value : { [op]: value }]));
}

/** What GrowthBook loads: a feature for each segment, on for those inside. */
export const features = ({ segments }) => ({
  features: Object.fromEntries(segments.map(({ id, clauses }) =>
    [id, { defaultValue: false, rules: [{ condition: condition(clauses), force: true }] }])),
});
