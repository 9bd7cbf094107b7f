// A page whose SDK waits for nothing but the bundle: how long from its bytes to decisions.
//
// Without the signature: no key is configured, so nothing is verified. The seam is what the boot hands to the core: its
// download of the bundle is a promise, kept here at the moment that is timed.

import { createVitrine } from "/sdk/index.js";

let sdk, bytes, give;

export async function prepare() {
  const { files } = await (await fetch("/sdk/manifest.json")).json();
  bytes = await (await fetch("/v1/sites/bench-load/bundle/2")).arrayBuffer();
  const url = name => `/sdk/${files[name].file}`;
  sdk = createVitrine({ site: "bench-load", key: "pk_bench" });
  const state = sdk._;
  state.config = { site: "bench-load", key: "pk_bench", endpoint: "", deadline: 400, autotrack: false, core: url("core.js"), wasm: url("core.wasm") };
  state.wasm = fetch(state.config.wasm);
  state.bundle = new Promise(keep => { give = keep; });
  const core = await import(state.config.core);
  await core.adopt(state);
}

/** Milliseconds from the bytes to `ready`; then also to the first decision of every slot in JavaScript. */
export async function load() {
  const began = performance.now();
  give({ status: 200, arrayBuffer: async () => bytes });
  const { mode, reason } = await sdk.ready;
  const ready = performance.now() - began;
  if (mode != "contextual") throw new Error(`the SDK is ${mode} (${reason}): ${JSON.stringify(sdk.diagnostics())}`);
  const inside = sdk.segments().length;
  return { ready, answered: performance.now() - began, on: inside };
}
