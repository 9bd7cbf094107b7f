// What the page benches share: the project's own compiler, page code in one file, a page that offers it.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

import { siteFile } from "../rules/site.mjs";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const dist = `${root}pkg/dist`;
const binary = process.env.VITRINE_BINARY ?? `${root}target/release/vitrine`;

/** Compiles and signs a model as the site `id`. Answers `{ bundle, verify }`: bytes, and the key pages would check with. */
export function compile(id, model, folder) {
  mkdirSync(folder, { recursive: true });
  const [site, bundle, database] = [`${folder}/${id}.json`, `${folder}/${id}.bundle`, `${folder}/keys.db`];
  writeFileSync(site, JSON.stringify(siteFile(id, model)));
  const run = args => execFileSync(binary, args, { encoding: "utf8", maxBuffer: 1 << 26 });
  const { verify } = JSON.parse(run(["keys", "--site", site, "--database", database, "--json"]));
  try {
    run(["compile", site, "--output", bundle, "--sign", `${database}.keys/signing.key`, "--sequence", "1", "--json"]);
  } catch (error) {
    throw new Error(`the site file of ${id} does not compile: ${String(error.stdout || error.message).slice(0, 2_000)}`);
  }
  return { bundle: readFileSync(bundle), verify };
}

/** A module and all that it imports, peers included, as pages in production load them. */
export async function packed(entry) {
  const { outputFiles } = await build({
    entryPoints: [`${root}bench/${entry}`],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    external: ["/sdk/*"],
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
  });
  return outputFiles[0].text;
}

/** A page whose `window.bench` is a promise of the module's exports. */
export const page = module => `<!doctype html><meta charset="utf-8"><title>bench</title><link rel="icon" href="data:,">
<body><script>window.bench = import("${module}")</script>`;

/** Progress, for people; standard output is for figures. */
export const say = text => process.stderr.write(`${text}\n`);
