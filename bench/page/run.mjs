// node bench/page/run.mjs [--runs 30] [--report file]: one page with each subject on slow 4G, for `cargo xtask bench page`.

import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { chromium } from "playwright-core";

import { find } from "../../tests/e2e/drivers/find.mjs";
import { root, say } from "../lib/parts.mjs";
import { html } from "./report.mjs";
import { serve } from "./server.mjs";
import { own, right, subjects as made } from "./subjects.mjs";

/** Slow 4G as Lighthouse simulates it, and a phone's processor. */
const NETWORK = { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };
const CPU = 4;
/** Longest wait for the right content, ms, and how long a page is looked at after it. */
const PATIENCE = 6_000;
const AFTER = 700;
const CLICKS = 12;

const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** One load: figures by name. */
async function load(page, devtools, url, swaps) {
  const task = async () => Object.fromEntries((await devtools.send("Performance.getMetrics")).metrics.map(({ name, value }) => [name, value])).TaskDuration * 1_000;
  let bytes = 0;
  const count = ({ encodedDataLength }) => { bytes += encodedDataLength; };
  devtools.on("Network.loadingFinished", count);
  await page.goto(url, { waitUntil: "load" });
  if (swaps) await page.waitForFunction(text => document.querySelector("#hero h1").textContent === text, right, { timeout: PATIENCE }).catch(() => {});
  await page.waitForTimeout(AFTER);
  // Counted anew with each page.
  const busy = await task();
  devtools.off("Network.loadingFinished", count);
  const seen = await page.evaluate(() => window.__seen);
  const painted = seen.frames.filter(([at]) => at >= seen.first - 17);
  const answer = {
    "default frames": painted.filter(([, text, shown]) => shown && text === own).length,
    "hidden frames": painted.filter(([, , shown]) => !shown).length,
    "right content": (seen.frames.find(([, text, shown]) => shown && text === (swaps ? right : own)) ?? [PATIENCE])[0],
    "first paint": seen.first, "largest paint": seen.largest, "layout shift": seen.shift, "main thread": busy, bytes,
  };
  if (!swaps) answer["default frames"] = answer["hidden frames"] = 0;
  await page.evaluate(() => { window.__seen.events.length = 0; window.__seen.long = 0; });
  for (let n = 0; n < CLICKS; n++) await page.click("#press", { delay: 5 });
  await page.waitForTimeout(200);
  const { events, long } = await page.evaluate(() => window.__seen);
  const sorted = [...events, ...Array(Math.max(0, CLICKS - events.length)).fill(8)].sort((a, b) => a - b);
  return { ...answer, "click, p75": sorted[Math.floor(sorted.length * 0.75)], "long tasks": long };
}

const UNITS = { "default frames": "frames", "hidden frames": "frames", "layout shift": "", bytes: "B", "long tasks": "tasks" };

async function measure(runs) {
  const folder = `${root}target/bench/page`;
  const { routes, subjects } = made(folder);
  const server = await serve(routes);
  for (const { path } of subjects) routes[path] = routes[path].replaceAll("ORIGIN", server.origin);
  const browser = await chromium.launch({ executablePath: find("VITRINE_CHROMIUM", ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]), headless: true, args: flags });
  const rows = new Map();
  const note = (visit, subject, figures) => Object.entries(figures).forEach(([name, value]) => {
    const [what, unit] = [`${visit} visitor: ${name}`, UNITS[name] ?? "ms"];
    const key = `${what} ${subject}`;
    if (!rows.has(key)) rows.set(key, { what, subject, unit, values: [] });
    rows.get(key).values.push(value);
  });
  try {
    for (let pair = 0; pair < runs; pair++) {
      // Another order each time, so that nobody always comes first.
      const turn = subjects.map((_, n) => subjects[(n + pair) % subjects.length]);
      for (const { name, path, prepare } of pair % 2 ? turn.reverse() : turn) {
        const context = await browser.newContext({ viewport: { width: 412, height: 823 } });
        const page = await context.newPage();
        const devtools = await context.newCDPSession(page);
        for (const domain of ["Performance", "Network"]) await devtools.send(`${domain}.enable`);
        await page.goto(`${server.origin}/warm.html`);
        await devtools.send("Network.emulateNetworkConditions", NETWORK);
        await devtools.send("Emulation.setCPUThrottlingRate", { rate: CPU });
        note("new", name, await load(page, devtools, server.origin + path, name !== "bare"));
        if (prepare) await page.evaluate(prepare);
        note("returning", name, await load(page, devtools, server.origin + path, name !== "bare"));
        await context.close();
      }
      say(`${pair + 1} of ${runs} rounds`);
    }
  } finally {
    await browser.close();
    server.stop();
  }
  return [...rows.values()];
}

const { values } = parseArgs({ options: { browser: { type: "string" }, runs: { type: "string", default: "30" }, report: { type: "string" } } });
try {
  const rows = await measure(Number(values.runs));
  const text = JSON.stringify({ rows });
  mkdirSync(`${root}target/bench/page`, { recursive: true });
  writeFileSync(`${root}target/bench/page/index.html`, html(rows, { network: NETWORK, cpu: CPU, runs: Number(values.runs) }));
  if (values.report) writeFileSync(values.report, text);
  else console.log(text);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
