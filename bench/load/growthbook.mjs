// A page that has GrowthBook and the text of its features: how long until it has taken them in.

import { GrowthBook } from "@growthbook/growthbook";

import { visitor } from "../rules/facts.mjs";
import { quiet } from "../rules/peers/quiet.mjs";

let text, gb, ids;

export async function prepare() {
  text = await (await fetch("/features.json")).text();
}

/** Milliseconds from the text to an instance that can be asked; then also to the answers for every segment. */
export function load() {
  const began = performance.now();
  const payload = JSON.parse(text);
  gb = new GrowthBook(quiet).initSync({ payload });
  const ready = performance.now() - began;
  ids = Object.keys(payload.features);
  for (const id of ids) gb.isOn(id);
  return { ready, answered: performance.now() - began };
}

/** The segments of a visitor of whom all facts are known. */
export function check() {
  gb.setAttributes(visitor());
  return ids.filter(id => gb.isOn(id)).sort();
}
