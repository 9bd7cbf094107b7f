// The conformance door over the very files of pkg/dist: JSON is read by tools.wasm, bytes run in core.wasm.
// One request a line on stdin, one answer a line on stdout, in order. `node tests/conform/door.mjs [dist]`

import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { once } from "node:events";
import { pathToFileURL } from "node:url";

const dist = resolve(process.argv[2] ?? "pkg/dist");
const manifest = JSON.parse(await readFile(join(dist, "manifest.json"), "utf8"));
const names = Object.values(manifest.files).map((entry) => entry.file);

function file(name, extension) {
  const found = names.find((candidate) => new RegExp(`^${name}-[^.]+\\.${extension}$`).test(candidate));
  if (!found) throw new Error(`no ${name}-<hash>.${extension} in ${dist}/manifest.json: run cargo xtask build`);
  return join(dist, found);
}

// Each load is a module of its own, so that a trapped engine can be replaced by a new one.
let loads = 0;
async function load(name) {
  const glue = await import(`${pathToFileURL(file(name, "js"))}?load=${loads++}`);
  glue.initSync({ module: await WebAssembly.compile(await readFile(file(name, "wasm"))) });
  return glue;
}

let core = await load("core");
let tools = await load("tools");

async function answer(line) {
  try {
    return tools.door(line, (bytes) => core.door(bytes));
  } catch (error) {
    core = await load("core");
    tools = await load("tools");
    let id = null;
    try { id = JSON.parse(line)?.id ?? null; } catch { /* not JSON */ }
    return JSON.stringify({ id, error: { code: "VT-TRAP", message: String(error) } });
  }
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  if (!process.stdout.write((await answer(line)) + "\n")) await once(process.stdout, "drain");
}
