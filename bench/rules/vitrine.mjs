// Vitrine as a page uses it: the packed files, the public entry, a visitor who agreed, `identify` with what changed.
//
// "Persistence apart": IndexedDB is taken away before the SDK starts, so it runs in its memory mode, where the call itself
// does everything there is to do: check and copy the traits, admit the event, log it, fold it into the profile, evaluate,
// decide, write the record for the next page, tell listeners; and every 64 events a snapshot of the profile. With a store the
// transaction follows in a later task, and thousands of events in one task, as a batch has, would wait for it. Measurement
// is not granted: nothing is queued for a backend that is not there.

import { createVitrine } from "/sdk/index.js";

/** A started SDK for this site with the model's facts known. */
export async function vitrine(site, { facts, segments, slots }) {
  Object.defineProperty(globalThis, "indexedDB", { value: undefined });
  const sdk = createVitrine({ site, key: "pk_bench", autotrack: false });
  const said = [];
  sdk.on("diagnostic", ({ code, where }) => said.push(`${code} ${where}`));
  sdk.start();
  await sdk.ready;
  await sdk.consent.set({ personalization: "granted", experiments: "granted" });
  const { status, reason } = await sdk.identify("u-1", { ...facts });
  if (status != "stored") throw new Error(`the first event was ${status} (${reason}); diagnostics: ${said.join(", ")}`);
  const place = new Map(segments.map(({ id }, at) => [id, at]));
  const names = slots.map((_, at) => `slot${at}`);
  return {
    said,
    event: traits => sdk.identify("u-1", traits),
    segments() {
      const inside = new Array(segments.length).fill(false);
      for (const id of sdk.segments()) inside[place.get(id)] = true;
      return inside;
    },
    decisions: () => names.map(name => sdk.decide(name).experience),
  };
}
