// One load of one page under one line and one processor, and what came of it.

import { readFileSync } from "node:fs";

import { mark, right } from "./content.mjs";
import { origin } from "./server.mjs";

/** Slow 4G, as Lighthouse and DevTools have it; the latency is added to each request, connections are not slowed. */
export const line = { latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 };
export const slowdown = 4;
/** How long a page is watched, in ms; and how long it may take to show the right content. */
const WATCHED = 2_500;
/** What a new tab is given to come up, so that its own beginning is not part of a load. */
const SETTLED = 900;
const PATIENCE = 10_000;

export const recorder = readFileSync(new URL("recorder.js", import.meta.url), "utf8")
  .replace("__CONTENT__", () => JSON.stringify({ right, mark }));

const rest = ms => new Promise(done => setTimeout(done, ms));

/** A new tab on a blank page of the site: connected, in the process that will render, not slowed yet. */
export async function tab(context) {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await page.goto(`${origin}/blank`);
  await rest(SETTLED);
  return { page, devtools };
}

/** Loads `subject` and watches it. Answers its figures by name, the waterfall and the frames. */
export async function load({ page, devtools }, subject) {
  const network = watch(devtools);
  await devtools.send("Network.enable");
  await devtools.send("Performance.enable");
  await devtools.send("Network.emulateNetworkConditions", { offline: false, ...line });
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
  const before = await metrics(devtools);
  await page.goto(`${origin}${subject.path}`, { waitUntil: "commit" });
  const seen = await watched(page, subject);
  const after = await metrics(devtools);
  const bytes = network.until(seen.firstPaint);
  network.stop();
  return {
    figures: { ...figures(seen, subject), ...bytes, "main thread": after.TaskDuration - before.TaskDuration, "scripts": after.ScriptDuration - before.ScriptDuration },
    waterfall: seen.waterfall,
    frames: seen.frames,
    firstPaint: seen.firstPaint,
  };
}

/** Back to a fast line and a fast processor, for what is not measured. */
export async function relax({ devtools }) {
  await devtools.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: 1 });
}

async function metrics(devtools) {
  const { metrics } = await devtools.send("Performance.getMetrics");
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value * 1e3]));
}

async function watched(page, subject) {
  const end = Date.now() + PATIENCE;
  for (await rest(WATCHED);; await rest(100)) {
    const seen = await page.evaluate(read);
    const done = seen.firstPaint && seen.now >= WATCHED && (!subject.personal || seen.frames.at(-1)?.[1] == "right");
    if (done) return seen;
    if (Date.now() > end) throw new Error(`${subject.name} did not show the right content within ${PATIENCE} ms: ${JSON.stringify(seen.frames.at(-1))}`);
  }
}

/** In the page: everything at once, so that reading disturbs it once. */
function read() {
  const [navigation] = performance.getEntriesByType("navigation");
  const resources = performance.getEntriesByType("resource").filter(({ name }) => name.startsWith("http"));
  const paint = name => performance.getEntriesByName(name)[0]?.startTime;
  return {
    ...window.__record,
    now: performance.now(),
    firstPaint: paint("first-paint"),
    // When the frame was drawn that was then presented at `firstPaint`: later frames may have begun in between.
    firstDrawn: performance.getEntriesByName("first-paint")[0]?.paintTime,
    firstContent: paint("first-contentful-paint"),
    waterfall: [navigation, ...resources].map(entry => ({ name: new URL(entry.name).pathname, start: entry.startTime, first: entry.responseStart,
      end: entry.responseEnd, bytes: entry.transferSize, body: entry.encodedBodySize, blocking: entry == navigation || entry.renderBlockingStatus == "blocking" })),
  };
}

/** What the frames and the browser's own entries say; times in ms since the navigation began. */
function figures({ frames, shifts, largest, firstContent, firstPaint, firstDrawn = firstPaint, waterfall }, subject) {
  // The frame that became the first paint is the last that began before it was drawn.
  const first = Math.max(0, frames.findLastIndex(([at]) => at <= firstDrawn));
  const painted = frames.slice(first);
  const count = state => painted.filter(frame => frame[1] == state).length;
  const lastOther = painted.findLastIndex(frame => frame[1] != "right");
  const blocking = waterfall.filter(entry => entry.blocking);
  const common = {
    "first contentful paint": firstContent,
    "largest contentful paint": largest,
    "layout shift": shifts.reduce((sum, [, value]) => sum + value, 0),
    "render-blocking requests": blocking.length - 1,
    "render-blocking bytes": blocking.reduce((sum, { body }) => sum + body, 0),
  };
  if (!subject.personal) return common;
  return { ...common, "right content": painted[lastOther + 1]?.[0], "frames of the page's own content": count("own"), "frames hidden": count("hidden") };
}

/** What goes over the line; asked afterwards how much of it before a time of the page. */
function watch(devtools) {
  const started = [], pieces = [], cached = new Set();
  let origin;
  const on = {
    "Network.requestWillBeSent": ({ requestId, timestamp, type, request }) => {
      if (!request.url.startsWith("http")) return;
      if (type == "Document") origin ??= timestamp;
      started.push({ requestId, timestamp });
    },
    "Network.requestServedFromCache": ({ requestId }) => cached.add(requestId),
    "Network.responseReceived": ({ requestId, timestamp, response }) => {
      if (response.fromDiskCache) cached.add(requestId);
      else pieces.push({ timestamp, bytes: response.encodedDataLength });
    },
    "Network.dataReceived": ({ timestamp, encodedDataLength }) => pieces.push({ timestamp, bytes: encodedDataLength }),
  };
  Object.entries(on).forEach(([name, take]) => devtools.on(name, take));
  return {
    stop: () => Object.entries(on).forEach(([name, take]) => devtools.off(name, take)),
    until: ms => {
      const limit = origin + ms / 1e3;
      const asked = started.filter(({ requestId }) => !cached.has(requestId));
      const sum = list => list.reduce((total, { bytes }) => total + bytes, 0);
      return {
        "requests begun before first paint": asked.filter(({ timestamp }) => timestamp < limit).length,
        "bytes before first paint": sum(pieces.filter(({ timestamp }) => timestamp < limit)),
        "requests": asked.length,
        "bytes": sum(pieces),
      };
    },
  };
}
