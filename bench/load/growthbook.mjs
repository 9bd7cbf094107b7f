// A page that has GrowthBook and the text of its features: how long until it has taken them in.

import { GrowthBook } from "@growthbook/growthbook";

import { quiet } from "../rules/peers/quiet.mjs";

let text;

export async function prepare() {
  text = await (await fetch("/features.json")).text();
}

/** Milliseconds from the text to an instance that can be asked; then also to the answers for every segment. */
export function load() {
  const began = performance.now();
  const payload = JSON.parse(text);
  const gb = new GrowthBook(quiet).initSync({ payload });
  const ready = performance.now() - began;
  let on = 0;
  for (const id in payload.features) on += gb.isOn(id);
  return { ready, answered: performance.now() - began, on };
}
