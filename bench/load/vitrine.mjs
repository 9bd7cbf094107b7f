// A page whose SDK waits for nothing but the bundle: how long from its bytes to decisions.
//
// Without the signature: the page has a key, and the browser's check of it answers true at once. The seam is what the boot
// hands to the core: its download of the bundle is a promise, kept here at the moment that is timed.

import { createVitrine } from "/sdk/index.js";

import { visitor } from "../rules/facts.mjs";

/** Any key: what is signed is not looked at. */
const KEY = "A".repeat(43);

let sdk, bytes, give;

export async function prepare() {
  crypto.subtle.importKey = async () => ({});
  crypto.subtle.verify = async () => true;
  const { files } = await (await fetch("/sdk/manifest.json")).json();
  bytes = await (await fetch("/v1/sites/bench-load/bundle/2")).arrayBuffer();
  const url = name => `/sdk/${files[name].file}`;
  sdk = createVitrine({ site: "bench-load", key: "pk_bench" });
  const state = sdk._;
  state.config = { site: "bench-load", key: "pk_bench", endpoint: "", deadline: 400, autotrack: false, verify: { 1: KEY }, core: url("core.js"), wasm: url("core.wasm") };
  state.wasm = fetch(state.config.wasm);
  state.bundle = new Promise(keep => { give = keep; });
  const core = await import(state.config.core);
  await core.adopt(state);
}

/** Milliseconds from the bytes to `ready`; then also to the rules in place: at the choice they are made, and asked of this visitor. */
export async function load() {
  const began = performance.now();
  give({ status: 200, arrayBuffer: async () => bytes });
  const { mode, reason } = await sdk.ready;
  const ready = performance.now() - began;
  if (mode != "contextual") throw new Error(`the SDK is ${mode} (${reason}): ${JSON.stringify(sdk.diagnostics())}`);
  sdk.consent.set({ personalization: "granted" });
  const answered = performance.now() - began;
  await sdk.visitor.erase();
  localStorage.clear();
  return { ready, answered };
}

/** The segments of a visitor who agreed and of whom all facts are known; the choice is taken back afterwards. */
export async function check() {
  await sdk.consent.set({ personalization: "granted" });
  const { status, reason } = await sdk.identify("u-1", visitor());
  if (status != "stored") throw new Error(`the event was ${status} (${reason})`);
  const inside = [...sdk.segments()].sort();
  await sdk.visitor.erase();
  localStorage.clear();
  return inside;
}
