// The same page for every subject, each with its own best documented set-up.

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

import { dist, root } from "../lib/parts.mjs";

export const own = "The same for everybody";
export const right = "Winter, made for you";

const binary = process.env.VITRINE_BINARY ?? `${root}target/release/vitrine`;
const growthbook = readFileSync(`${root}node_modules/@growthbook/growthbook/dist/bundles/auto.min.js`, "utf8");
const recorder = readFileSync(new URL("recorder.js", import.meta.url), "utf8");

const filler = Array.from({ length: 30 }, (_, n) => `<article><h2>Story ${n}</h2><p>${"Words that a visitor may read. ".repeat(12)}</p></article>`).join("");
const page = (head, slot = "") => `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>bench</title><link rel="icon" href="data:,"><script>${recorder}</script>
<style>body{font:16px/1.5 sans-serif;margin:2rem auto;max-width:60rem}#hero{background:#eef;padding:2rem;min-height:180px}h1{font-size:3rem;line-height:1.1;margin:0}</style>
${head}</head><body><section id="hero" ${slot}><h1>${own}</h1><p>Words below the heading.</p></section><button id="press">Press</button>${filler}
<script>document.querySelector("#press").addEventListener("click",()=>{document.title="pressed "+Math.random()})</script></body></html>`;

/** GrowthBook's visual editor, as its API answers it: everybody is in the second variation. */
const payload = JSON.stringify({ status: 200, features: {}, experiments: [{ key: "hero", status: "running", hashAttribute: "id", coverage: 1, weights: [0, 1],
  urlPatterns: [{ include: true, type: "simple", pattern: "*" }], meta: [{ key: "0" }, { key: "1" }], phase: "0", seed: "hero", hashVersion: 2, changeId: "c1",
  variations: [{ domMutations: [] }, { domMutations: [{ selector: "#hero h1", action: "set", attribute: "html", value: right }], css: "", js: "" }] }] });

/** Our own page: the inline boot, as `www/shop/build.mjs` fills it, and a bundle in which everybody sees the right hero. */
function vitrine(folder) {
  mkdirSync(folder, { recursive: true });
  const [site, bundle, database] = ["site.json", "site.bundle", "keys.db"].map(name => `${folder}/${name}`);
  writeFileSync(site, JSON.stringify({ vitrine: 1, site: "bench-page", origins: ["https://bench.example"], slots: { hero: { reserve: "180px" } },
    purposes: { personalization: { basis: "consent", notice: "n1" } },
    experiences: [{ id: "hero", slot: "hero", contextual: true, variants: [{ id: "v", actions: [{ text: { at: "h1", to: right } }] }] }] }));
  const run = args => execFileSync(binary, args, { encoding: "utf8" });
  const keys = JSON.parse(run(["keys", "--site", site, "--database", database, "--json"]));
  run(["compile", site, "--output", bundle, "--sign", `${database}.keys/signing.key`, "--sequence", "1", "--json"]);
  const { version, build, files } = JSON.parse(readFileSync(`${dist}/manifest.json`, "utf8"));
  const url = name => `/sdk/${version}/${files[name].file}`;
  const config = { site: "bench-page", key: keys.public, endpoint: "", deadline: 400, verify: keys.verify, core: url("core.js"), wasm: url("core.wasm"),
    integrity: files["core.wasm"].integrity, build };
  const boot = readFileSync(`${dist}/boot.js`, "utf8").replace("__CONFIG__", () => JSON.stringify(config)).trim();
  const routes = Object.fromEntries(Object.values(files).map(({ file }) => [`/sdk/${version}/${file}`, readFileSync(`${dist}/${file}`)]));
  return { html: page(`<script>${boot}</script>`, `data-vitrine-slot="hero" data-vitrine-reserve="180px"`), routes: { ...routes, "/v1/sites/bench-page/bundle/2": readFileSync(bundle) } };
}

/** Subjects by name, each `{ path, prepare? }`, and what the server serves for them. `prepare` makes a visitor known, in the page. */
export function subjects(folder) {
  const ours = vitrine(folder);
  const tag = "data-api-host=\"ORIGIN\" data-client-key=\"sdk-1\"";
  const pages = {
    bare: page(""),
    vitrine: ours.html,
    "growthbook async": page(`<script async ${tag} src="/growthbook.js"></script>`),
    "growthbook anti-flicker": page(`<script>window.growthbook_config={antiFlicker:true}</script><script async ${tag} src="/growthbook.js"></script>`),
    "growthbook blocking, inline payload": page(`<script>window.growthbook_config={payload:${payload}}</script><script ${tag} src="/growthbook.js"></script>`),
  };
  const path = name => `/${name.replace(/\W+/g, "-")}.html`;
  const routes = { ...ours.routes, "/growthbook.js": growthbook, "/api/features/sdk-1": payload, "/warm.html": "<!doctype html><title>warm</title>" };
  for (const [name, html] of Object.entries(pages)) routes[path(name)] = html;
  return { routes, subjects: Object.keys(pages).map(name => ({ name, path: path(name), prepare: name === "vitrine" && known })) };
}

/** Runs in our page: the visitor allows it, and what was decided is kept for the next page. */
async function known() {
  await window.vitrine.ready;
  await window.vitrine.consent.set({ personalization: "granted", measurement: "granted" });
  await window.vitrine.flush();
}
