// The real backend of Vitrine with the bench's site, and the boot as a page inlines it.

import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

import { dist, root } from "../lib/parts.mjs";
import { mark, right } from "./content.mjs";

const binary = process.env.VITRINE_BINARY ?? `${root}target/release/vitrine`;
const site = "bench-page";

const actions = [
  { text: { at: "h1", to: right.title } },
  { text: { at: ".hero__text", to: right.text } },
  { class: { at: ".hero__picture", add: [mark] } },
];

/**
 * Everybody sees the content before a choice, which only reads the page; who allowed personalization and looked at something
 * for the winter sees it because of that. Both show the same, so that all subjects are held to one content.
 */
const siteFile = origin => ({
  vitrine: 1, site, origins: [origin], timezone: "UTC",
  consent: { beforeChoice: "discard", contextual: true },
  purposes: {
    personalization: { basis: "consent", notice: "n1" },
    measurement: { basis: "consent", notice: "n1" },
    experiments: { basis: "consent", notice: "n1" },
  },
  events: {
    "Product Viewed": { purpose: "personalization", properties: { sku: "string", category: "string" } },
    "Product Clicked": { purpose: "measurement", properties: { sku: "string", category: "string" } },
  },
  slots: { hero: {} },
  segments: {
    "winter-fans": { when: { $events: { where: { event: "Product Viewed", "properties.category": "winter" }, within: "7d", count: { $gte: 1 } } } },
  },
  experiences: [
    { id: "hero-known", slot: "hero", when: { $segment: "winter-fans" }, priority: 10, live: true, variants: [{ id: "winter", actions }] },
    { id: "hero-everybody", slot: "hero", contextual: true, variants: [{ id: "winter", actions }] },
  ],
});

/** Starts the backend for pages of `origin`. Answers `{ address, boot, stop }`. */
export async function backend(folder, origin) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const [file, database] = [`${folder}/site.json`, `${folder}/vitrine.db`];
  writeFileSync(file, JSON.stringify(siteFile(origin)));
  const keys = JSON.parse(execFileSync(binary, ["keys", "--site", file, "--database", database, "--json"], { encoding: "utf8" }));
  const child = spawn(binary, ["serve", "--site", file, "--sdk", dist, "--database", database, "--port", "0",
    "--limit-per-key", "100000", "--limit-per-address", "100000"], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", piece => { said = (said + piece).slice(-2_000); });
  const address = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", line => {
      const found = line.match(/listening on (http:\/\/\S+)/);
      if (found) resolve(found[1]);
    });
    child.on("error", reject);
    child.on("exit", code => reject(new Error(`the backend ended with ${code}: ${said}`)));
  });
  return { address, site, boot: boot(keys), stop: () => child.kill() };
}

/** As `www/shop/build.mjs` does it. */
function boot(keys) {
  const manifest = JSON.parse(readFileSync(`${dist}/manifest.json`, "utf8"));
  const url = name => `/sdk/${manifest.version}/${manifest.files[name].file}`;
  const config = {
    site, key: keys.public, endpoint: "", deadline: 400, verify: keys.verify, sdk: url("vitrine.js"), core: url("core.js"),
    wasm: url("core.wasm"), integrity: manifest.files["core.wasm"].integrity, build: manifest.build,
  };
  const source = readFileSync(`${dist}/boot.js`, "utf8");
  return `<script referrerpolicy="no-referrer">${source.replace("__CONFIG__", () => JSON.stringify(config).replaceAll("<", "\\u003c")).trim()}</script>`;
}
