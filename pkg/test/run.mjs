// Bundles the tests, which are TypeScript, and runs them in Node. `node pkg/test/run.mjs [name …]`; output is TAP.

import { spawn } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "../..");
const out = join(root, "target/xtask/page-tests");
const wanted = process.argv.slice(2);

const tests = (await readdir(here)).filter(name => name.endsWith(".test.ts"))
  .filter(name => wanted.length === 0 || wanted.some(part => name.includes(part)));
await rm(out, { recursive: true, force: true });
await build({
  entryPoints: tests.map(name => join(here, name)),
  outdir: out,
  bundle: true,
  platform: "node",
  format: "esm",
  outExtension: { ".js": ".mjs" },
  // Found from where the tests lie, not from where they are written to.
  external: ["playwright-core", "esbuild"],
  define: { __ROOT__: JSON.stringify(root) },
  sourcemap: "inline",
  logLevel: "warning",
});
const files = tests.map(name => join(out, name.replace(/\.ts$/, ".mjs")));
const node = spawn(process.execPath, ["--test", "--test-reporter=tap", "--enable-source-maps", ...files], { cwd: root, stdio: "inherit" });
node.on("exit", code => { process.exitCode = code ?? 1; });
