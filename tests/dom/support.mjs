// The real SDK and the real server around a page of our own: one slot for each row of actions.json.

import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { chromium } from "playwright-core";

import { find } from "../e2e/drivers/find.mjs";

const root = new URL("../..", import.meta.url).pathname;
const binary = process.env.VITRINE_BINARY ?? join(root, "target/debug/vitrine");
const dist = process.env.VITRINE_DIST ?? join(root, "pkg/dist");
const { version } = JSON.parse(readFileSync(join(dist, "manifest.json"), "utf8"));

export const rows = JSON.parse(readFileSync(new URL("actions.json", import.meta.url), "utf8"));
export const all = { measurement: "granted", personalization: "granted", experiments: "granted" };

const slot = index => `row-${index}`;

const actions = {
  vitrine: 1,
  site: "dom-test",
  events: { Thing: { purpose: "personalization", properties: Object.fromEntries([..."abcdef"].map(name => [name, "any"])) } },
  slots: Object.fromEntries(["late", "fought", ...rows.map((_, index) => slot(index))].map(name => [name, {}])),
  experiences: [
    ...rows.map(({ actions }, index) => ({ id: `e-${index}`, slot: slot(index), when: {}, variants: [{ id: "v", actions }] })),
    ...["late", "fought"].map(name => ({ id: `e-${name}`, slot: name, when: {}, variants: [{ id: "v", actions: [{ text: { at: "p", to: "new" } }] }] })),
  ],
};

const page = (head, tag) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>dom</title>${head}${tag}</head><body>
${rows.map(({ html }, index) => `<section data-vitrine-slot="${slot(index)}">${html}</section>`).join("\n")}
<section data-vitrine-slot="fought"><p>own</p></section>
</body></html>`;

/**
 * Starts the server in a folder of its own. `page` opens a page in a new browser profile. `site` is another site's slots
 * and experiences, `write` adds pages to the folder that is served.
 */
export async function open(site, write) {
  const folder = mkdtempSync(join(tmpdir(), "vitrine-dom-"));
  const www = join(folder, "www");
  for (const name of ["strict", "plain", "empty"]) mkdirSync(join(www, name), { recursive: true });
  const siteFile = join(folder, "site.json");
  writeFileSync(siteFile, JSON.stringify({ ...actions, ...site }));
  const database = join(folder, "vitrine.db");
  const keys = JSON.parse(execFileSync(binary, ["keys", "--site", siteFile, "--database", database, "--json"], { encoding: "utf8" }));
  const tag = `<script async src="/sdk/${version}/vitrine.js" data-site="${keys.site}" data-key="${keys.public}" data-verify="${keys.verify}"></script>`;
  const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src 'self'; "
    + "require-trusted-types-for 'script'; trusted-types vitrine";
  writeFileSync(join(www, "plain/index.html"), page("", tag));
  writeFileSync(join(www, "strict/index.html"), page(`<meta http-equiv="content-security-policy" content="${policy}">`, tag));
  writeFileSync(join(www, "empty/index.html"), `<!doctype html><title>empty</title>`);
  writeFileSync(join(www, "index.html"), page("", tag));
  write?.(www, tag);
  const args = ["serve", "--site", siteFile, "--sdk", dist, "--www", www, "--database", database, "--port", "0"];
  const server = spawn(binary, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const origin = await new Promise((resolve, reject) => {
    createInterface({ input: server.stdout }).on("line", line => {
      const found = line.match(/listening on (http:\/\/\S+)/);
      if (found) resolve(found[1]);
    });
    server.once("exit", code => reject(new Error(`the server ended with ${code}`)));
  });
  const executablePath = find("VITRINE_CHROMIUM", ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]);
  const browser = await chromium.launch({ executablePath, headless: true, args: ["--no-sandbox", "--disable-gpu"] });
  return {
    origin,
    /** A page of a new profile; `init` runs in it before anything else. */
    async page(path, init) {
      const context = await browser.newContext();
      if (init) await context.addInitScript(init);
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      page.errors = [];
      page.on("pageerror", error => page.errors.push(String(error)));
      const devtools = await context.newCDPSession(page);
      /** Straight to the protocol: Playwright's own evaluate goes through `eval`, which Trusted Types refuse. */
      page.run = async (fn, ...values) => {
        const { result, exceptionDetails } = await devtools.send("Runtime.evaluate",
          { expression: `(${fn})(...${JSON.stringify(values)})`, awaitPromise: true, returnByValue: true });
        if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
        return result.value;
      };
      page.until = async (fn, ...values) => {
        for (const end = Date.now() + 10_000; Date.now() < end;) {
          if (await page.run(fn, ...values)) return;
          await new Promise(resolve => setImmediate(resolve));
        }
        throw new Error(`never came true: ${fn}`);
      };
      await page.goto(origin + path);
      return page;
    },
    async close() {
      await browser.close();
      server.kill("SIGTERM");
      await new Promise(resolve => server.once("exit", resolve));
      rmSync(folder, { recursive: true });
    },
  };
}
