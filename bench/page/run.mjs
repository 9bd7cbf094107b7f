// node bench/page/run.mjs [--runs 30] [--seed 1] [--report file]: pages as people load them, for `cargo xtask bench page`.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { chromium } from "playwright-core";

import { find } from "../../tests/e2e/drivers/find.mjs";
import { root, say } from "../lib/parts.mjs";
import { chooser } from "../rules/random.mjs";
import { backend } from "./backend.mjs";
import { burst } from "./clicks.mjs";
import { load, recorder, relax, tab } from "./load.mjs";
import { screencast } from "./screencast.mjs";
import { host, origin, serve } from "./server.mjs";
import { subjects as all } from "./subjects.mjs";

const { values: given } = parseArgs({ options: {
  browser: { type: "string" },
  runs: { type: "string", default: "30" },
  seed: { type: "string", default: "1" },
  report: { type: "string" },
} });
const folder = `${root}target/bench/page`;
const units = { "layout shift": "", bytes: "B", "bytes before first paint": "B", "render-blocking bytes": "B", "frames hidden": "frames",
  "frames of the page's own content": "frames", requests: "requests", "render-blocking requests": "requests",
  "requests begun before first paint": "requests", "tasks over 50 ms": "tasks" };
/** In this order they are reported. */
const figuresOf = ["right content", "frames of the page's own content", "frames hidden", "layout shift", "first contentful paint",
  "largest contentful paint", "main thread", "scripts", "render-blocking requests", "render-blocking bytes", "requests begun before first paint",
  "bytes before first paint", "requests", "bytes", "interaction, p75", "tasks over 50 ms"];
/** Those whose pages are also clicked on: the SDK that tracks clicks, and the page alone. */
const clicked = ["bare", "vitrine"];

const back = await backend(`${folder}/site`, origin);
const subjects = all(back.boot);
const server = await serve(subjects, back);
const scratch = mkdtempSync(join(tmpdir(), "vitrine-page-"));
const browser = await chromium.launch({
  executablePath: find("VITRINE_CHROMIUM", ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]),
  headless: true,
  // Every name but the shop's leads nowhere: nothing leaves the machine.
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", `--host-resolver-rules=MAP ${host}:443 127.0.0.1:${server.port}, MAP * ~NOTFOUND`,
    `--ignore-certificate-errors-spki-list=${server.print}`],
});
try {
  await measure();
} finally {
  await browser.close();
  server.stop();
  back.stop();
  rmSync(scratch, { recursive: true, force: true });
}

async function measure() {
  const runs = Number(given.runs);
  const rows = new Map(), waterfalls = {}, checks = [];
  const note = (what, subject, unit, value) => {
    const key = `${what}|${subject}`;
    if (!rows.has(key)) rows.set(key, { what, subject, unit, values: [] });
    rows.get(key).values.push(value);
  };
  const { shuffle } = chooser(Number(given.seed));
  // The first pair only warms up, and is watched by a screencast too: what the recorder says must be what could be seen.
  for (let number = 0; number <= runs; number++) {
    for (const subject of shuffle([...subjects])) {
      const { visits, check } = await pair(subject, number == 0);
      if (number == 0) {
        checks.push(...check);
        continue;
      }
      for (const [visitor, { figures, waterfall, firstPaint }] of Object.entries(visits)) {
        for (const [name, value] of Object.entries(figures)) note(`${visitor}: ${name}`, subject.name, units[name] ?? "ms", value);
        const marks = [{ name: "first paint", at: firstPaint }, { name: "right content", at: figures["right content"] }].filter(({ at }) => at);
        if (waterfall) (waterfalls[visitor] ??= {})[subject.name] = { entries: waterfall, marks };
      }
    }
    if (number == 0 || number % 5 == 0 || number == runs) say(`${number} of ${runs} pairs`);
  }
  // In the order of the subjects and of what is measured, whichever came first.
  const ordered = [...rows.values()].sort((a, b) => rank(a) - rank(b));
  const report = { rows: ordered, waterfalls, checks, sizes: server.sizes, browser: browser.version(), date: new Date().toISOString(), seed: given.seed };
  const text = JSON.stringify(report);
  if (given.report) writeFileSync(given.report, text);
  else console.log(text);
}

function rank({ what, subject }) {
  const [visitor, figure] = what.split(": ");
  const places = [["new", "returning", "clicking"].indexOf(visitor), figuresOf.indexOf(figure), subjects.findIndex(({ name }) => name == subject)];
  return places.reduce((sum, place) => sum * 100 + place, 0);
}

/** A new visitor's load and the next one of the same visitor, in a browser context of their own. */
async function pair(subject, checked) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const visits = {}, check = [];
  try {
    await context.addInitScript({ content: recorder });
    for (const visitor of ["new", "returning"]) {
      const opened = await tab(context);
      const film = checked && await screencast(opened.devtools);
      visits[visitor] = await load(opened, subject);
      if (film) check.push({ visitor, subject: subject.name, ...await film.end(context, visits[visitor]) });
      if (visitor == "returning" && clicked.includes(subject.name)) {
        Object.entries(await burst(opened)).forEach(([name, value]) => { (visits.clicking ??= { figures: {} }).figures[name] = value; });
      }
      await relax(opened);
      if (visitor == "new" && subject.name == "vitrine") await becomeKnown(opened.page);
      await opened.page.close();
    }
  } finally {
    await context.close();
  }
  return { visits, check };
}

/** The visitor allows everything and looks at something for the winter; the next page's paint record is then there. */
async function becomeKnown(page) {
  await page.evaluate(async () => {
    await vitrine.consent.set({ personalization: "granted", measurement: "granted", experiments: "granted" });
    await vitrine.track("Product Viewed", { sku: "p-0", category: "winter" });
  });
  await page.waitForFunction(() => localStorage.getItem("vt:bench-page:p")?.includes("hero-known"), null, { timeout: 5_000 });
}
