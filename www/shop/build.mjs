// Writes the demo shop's static pages: templates + products.json + the SDK's boot, under a strict content security policy.
// Usage: node www/shop/build.mjs --out target/shop --dist pkg/dist --keys keys.json [--lang en]
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { pages as preferences } from "../preferences/page.mjs";
import { raw } from "./templates/html.mjs";
import { cart, category, home, product, thanks } from "./templates/pages.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
/** How long a slot may wait for its decision, in milliseconds. */
const DEADLINE = 400;

class BuildError extends Error {}

const options = () => {
  const { values } = parseArgs({
    options: {
      out: { type: "string" },
      dist: { type: "string" },
      keys: { type: "string" },
      lang: { type: "string", default: "en" },
      help: { type: "boolean", default: false },
    },
  });
  for (const name of ["out", "dist", "keys"]) {
    if (!values[name] && !values.help) throw new BuildError(`--${name} is missing; see --help`);
  }
  return values;
};

const text = async (path, cure) => {
  try {
    return await readFile(path, "utf8");
  } catch {
    throw new BuildError(`cannot read ${path}: ${cure}`);
  }
};

const json = async (path, cure) => {
  try {
    return JSON.parse(await text(path, cure));
  } catch (error) {
    if (error instanceof BuildError) throw error;
    throw new BuildError(`${path} is not JSON (${error.message}): ${cure}`);
  }
};

/** The boot with this site's configuration in it, ready to be inlined. */
const boot = async ({ dist, keys }) => {
  const build = "run `cargo xtask build`";
  const source = await text(join(dist, "boot.js"), build);
  if (!source.includes("__CONFIG__")) throw new BuildError(`${join(dist, "boot.js")} has no __CONFIG__ to fill: ${build}`);
  const manifest = await json(join(dist, "manifest.json"), build);
  const print = "write it with `vitrine keys --site www/shop/site.json --json`";
  const key = await json(keys, print);
  for (const name of ["site", "public", "verify"]) {
    if (typeof key[name] !== "string") throw new BuildError(`${keys} has no "${name}": ${print}`);
  }
  const entry = (logical) => {
    const found = manifest.files?.[logical];
    if (!found) throw new BuildError(`the manifest of ${dist} has no ${logical}: ${build}`);
    return found;
  };
  const url = (logical) => `/sdk/${manifest.version}/${entry(logical).file}`;
  const config = {
    site: key.site,
    key: key.public,
    endpoint: "",
    deadline: DEADLINE,
    verify: key.verify,
    sdk: url("vitrine.js"),
    core: url("core.js"),
    wasm: url("core.wasm"),
    integrity: entry("core.wasm").integrity,
    build: manifest.build,
  };
  // `<` never occurs unescaped, so that no value can end the script element.
  return source.replace("__CONFIG__", () => JSON.stringify(config).replaceAll("<", "\\u003c")).trim();
};

/** Nothing but this origin, one inline script known by its hash, and no string that becomes code. */
const policy = (script) =>
  [
    "default-src 'none'",
    `script-src 'self' 'sha256-${createHash("sha256").update(script).digest("base64")}' 'wasm-unsafe-eval'`,
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types vitrine",
  ].join("; ");

/** What every template gets: the catalogue in one language, the texts, the boot and the policy. */
const view = async ({ lang }, script) => {
  const catalogue = await json(join(HERE, "products.json"), "restore it");
  const local = (item, names) =>
    Object.fromEntries(Object.entries(item).map(([name, value]) => [name, names.includes(name) ? value[lang] ?? value.en : value]));
  const products = catalogue.products.map((item) => local(item, ["name", "line", "text", "facts"]));
  const money = new Intl.NumberFormat(lang, { style: "currency", currency: catalogue.currency, trailingZeroDisplay: "stripIfInteger" });
  return {
    lang,
    currency: catalogue.currency,
    categories: catalogue.categories.map((item) => local(item, ["name", "line"])),
    products,
    of: (id) => products.filter((item) => item.category === id),
    money: (amount) => money.format(amount),
    text: await json(join(HERE, "texts", `${lang}.json`), `there are no texts for --lang ${lang}`),
    // What the boot loads is then asked for without a referrer: before a choice nobody learns which page is read.
    boot: raw(`<script referrerpolicy="no-referrer">${script}</script>`),
    policy: policy(script),
  };
};

const run = async () => {
  const given = options();
  if (given.help) {
    console.log("usage: node build.mjs --out <dir> --dist <pkg/dist> --keys <json of `vitrine keys`> [--lang en]");
    return;
  }
  const shop = await view(given, await boot(given));
  const pages = new Map([
    ["", home(shop)],
    ["cart", cart(shop)],
    ["thanks", thanks(shop)],
    ...shop.categories.map((item) => [`category/${item.id}`, category(shop, item)]),
    ...shop.products.map((item) => [`product/${item.sku}`, product(shop, item)]),
    ...preferences(shop),
  ]);
  await rm(given.out, { recursive: true, force: true });
  for (const [path, page] of pages) {
    await mkdir(join(given.out, path), { recursive: true });
    await writeFile(join(given.out, path, "index.html"), String(page));
  }
  await cp(join(HERE, "assets"), join(given.out, "assets"), { recursive: true });
  await cp(join(HERE, "../preferences/preferences.css"), join(given.out, "preferences/preferences.css"));
  console.log(`wrote ${pages.size} pages to ${given.out}`);
};

run().catch((error) => {
  if (!(error instanceof BuildError) && error.code !== "ERR_PARSE_ARGS_UNKNOWN_OPTION") throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = error instanceof BuildError ? 1 : 2;
});
