// Ways to break the SDK's own files.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import binaryen from "binaryen";

import { dist } from "./server.mjs";

const manifest = () => JSON.parse(readFileSync(join(dist, "manifest.json"), "utf8"));

/** What the build called the exports before it shortened their names: short name to long. */
const exportsOf = name => {
  const { exports } = JSON.parse(readFileSync(join(dist, `../../target/xtask/wasm/${name}/names.json`), "utf8"));
  return new Map(exports.map(([long, short]) => [short, long]));
};

/** The real wasm with one of its exports replaced by a trap; `pattern` finds the export by what it is called in Rust. */
export function trapping(pattern) {
  const bytes = readFileSync(join(dist, manifest().files["core.wasm"].file));
  const module = binaryen.readBinary(bytes);
  const names = exportsOf("core");
  let broken = 0;
  for (let index = 0; index < module.getNumExports(); index++) {
    const { kind, name, value } = binaryen.getExportInfo(module.getExportByIndex(index));
    if (kind !== binaryen.ExternalFunction || !pattern.test(names.get(name) ?? name)) continue;
    binaryen.Function.setBody(module.getFunction(value), module.unreachable());
    broken++;
  }
  if (broken === 0) throw new Error(`the wasm exports nothing like ${pattern}`);
  const broke = Buffer.from(module.emitBinary());
  module.dispose();
  return broke;
}

/** A module that is well formed and traps as soon as it starts. */
export const trapsAtStart = Buffer.from("0061736d01000000010401600000030201000801000a05010300000b", "hex");

/**
 * Changes the inline boot of a page and keeps the page's policy true: `change` maps the script's text. For faults that
 * the subresource integrity in the boot's configuration would stop before they can happen.
 */
export function withBoot(change) {
  return html => {
    const [, start, text] = html.match(/(<script(?![^>]*\ssrc)[^>]*>)([^]*?)<\/script>/);
    const changed = change(text);
    const hash = createHash("sha256").update(changed).digest("base64");
    return html.replace(`${start}${text}`, () => `${start}${changed}`).replace(/sha256-[\w+/=]+/, () => `sha256-${hash}`);
  };
}

/** Lets any bytes pass as the wasm. */
export const withoutIntegrity = withBoot(text => text.replace(/"integrity":"[^"]*"/, "\"integrity\":\"\""));
