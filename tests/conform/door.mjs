// The conformance door over the very files of pkg/dist: JSON is read by one instance of tools.wasm, bytes run in another.
// One request a line on stdin, one answer a line on stdout, in order. `node tests/conform/door.mjs [dist]`

import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { once } from "node:events";
import { pathToFileURL } from "node:url";

const dist = resolve(process.argv[2] ?? "pkg/dist");
const manifest = JSON.parse(await readFile(join(dist, "manifest.json"), "utf8"));

function file(name) {
  const entry = manifest.files[name];
  if (!entry) throw new Error(`no ${name} in ${dist}/manifest.json: run cargo xtask build`);
  return join(dist, entry.file);
}

// Each load is a module of its own, so that a trapped engine can be replaced by a new one.
let loads = 0;
async function load(name) {
  const glue = await import(`${pathToFileURL(file(`${name}.js`))}?load=${loads++}`);
  const { instance, module } = await WebAssembly.instantiate(await readFile(file(`${name}.wasm`)), glue.imports());
  glue.finish(instance, module);
  return glue;
}

const tools = await load("tools");
let inner = await load("tools");

// A trap leaves an engine unusable: the line is answered without it, the next one gets a new engine.
let trapped = false;
function engine(request) {
  try {
    return inner.engine(request);
  } catch (error) {
    trapped = true;
    console.error(error);
    return new Uint8Array();
  }
}

async function answer(line) {
  const answered = tools.door(line, engine);
  if (trapped) inner = await load("tools");
  trapped = false;
  return answered;
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  if (!process.stdout.write((await answer(line)) + "\n")) await once(process.stdout, "drain");
}
