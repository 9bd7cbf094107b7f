// node bench/page/report.mjs --values chromium.json --figures figures.json --out index.html: the page with tables and plots.
// `report.html` beside this file is the page of the last whole run (30 pairs), copied from target/bench/page/index.html by hand.

import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { figure, strips, waterfall } from "./plots.mjs";

const { values: given } = parseArgs({ options: { values: { type: "string" }, figures: { type: "string" }, out: { type: "string" } } });
const values = JSON.parse(readFileSync(given.values, "utf8"));
const { rows, machine } = JSON.parse(readFileSync(given.figures, "utf8"));

const subjects = ["bare", "theme remembered", "vitrine", "growthbook blocking", "growthbook anti-flicker", "growthbook async", "alloy pre-hiding"];
const sorted = (a, b) => subjects.indexOf(a.subject) - subjects.indexOf(b.subject);
const of = what => values.rows.filter(row => row.what == what).sort(sorted);
const row = (what, subject) => rows.find(found => found.what == what && found.subject == subject);
const loads = Math.max(...values.rows.map(row => row.values.length));

const shown = ["right content", "frames of the page's own content", "frames hidden", "layout shift", "first contentful paint", "largest contentful paint",
  "main thread", "render-blocking requests", "render-blocking bytes", "requests begun before first paint", "bytes before first paint", "requests", "bytes"];
const visitors = { new: "New visitor", returning: "Returning visitor" };

const cell = found => `<td${found?.subject == "vitrine" ? ' class="ours"' : ""}>${found ? figure(found.median) : "–"}</td>`;
const table = visitor => `<div class="wide"><table><thead><tr><th scope="col">Median of ${loads} loads</th>${subjects.map(name => `<th scope="col">${name}</th>`).join("")}</tr></thead><tbody>
${shown.map(name => {
  const unit = rows.find(found => found.what == `${visitor}: ${name}`)?.unit;
  return `<tr><th scope="row">${name}${unit && !["frames", "requests"].includes(unit) ? ` <span class="unit">${unit}</span>` : ""}</th>${subjects.map(subject => cell(row(`${visitor}: ${name}`, subject))).join("")}</tr>`;
}).join("\n")}
</tbody></table></div>`;

/** A goal in plain words, from the row that judges it. */
const goals = [
  ["Returning: not one frame shows the page's own content", "returning: frames of the page's own content", "vitrine itself", value => `${figure(value)} frames`],
  ["Returning: nothing moves", "returning: layout shift", "vitrine itself", value => `layout shift ${figure(value)}`],
  ["Returning: first paint within 5 % of the bare page's", "returning: first contentful paint", "vitrine/bare", percent],
  ["New: first paint within 5 % of the bare page's", "new: first contentful paint", "vitrine/bare", percent],
  ["New: the right content no later than with GrowthBook async", "new: right content", "vitrine/growthbook async", value => `${figure(value)} times as late`],
  ["At most 2 kB (2 048 B) in the page before its first paint", "new: render-blocking bytes", "vitrine − bare", value => `${figure(value)} B`],
  ["No request that the first paint waits for", "new: render-blocking requests", "vitrine − bare", figure],
  ["A click is answered within 8 ms of the bare page (75th percentile)", "clicking: interaction, p75", "vitrine − bare", value => `${figure(value)} ms more`],
  ["No task over 50 ms more than the bare page in a burst of clicks", "clicking: tasks over 50 ms", "vitrine − bare", figure],
];
function percent(value) {
  return `${value < 1 ? "−" : "+"}${figure(Math.abs(value - 1) * 100)} %`;
}
const words = { met: "met", missed: "not met" };
const goal = ([text, what, subject, say]) => {
  const found = row(what, subject);
  if (!found) return "";
  const verdict = words[found.verdict] ?? "undecided";
  const bound = value => say == percent ? percent(value) : figure(value).replace("-", "−");
  const interval = found.low == found.high ? "" : ` <span class="unit interval">(95 %: ${bound(found.low)} to ${bound(found.high)})</span>`;
  return `<li class="${verdict.replace(" ", "-")}"><b>${verdict}</b><span>${text}: ${say(found.median)}${interval}</span></li>`;
};

const plotted = [["right content", "Until the right content is there"], ["frames of the page's own content", "Frames that showed the page's own content"],
  ["frames hidden", "Frames that hid the content"], ["first contentful paint", "First contentful paint"], ["largest contentful paint", "Largest contentful paint"],
  ["layout shift", "Layout shift"], ["main thread", "Main thread in the first 2.5 seconds"], ["bytes", "Bytes over the line in the first 2.5 seconds"]];
const strip = (what, title) => {
  const found = of(what);
  if (!found.length) return "";
  return strips(title, found.map(({ subject, values }) => ({ name: subject, values, ours: subject == "vitrine" })), found[0].unit);
};
const plots = visitor => `<div class="plots">${plotted.map(([name, title]) => strip(`${visitor}: ${name}`, title)).join("\n")}</div>`;

const falls = [["new", "vitrine"], ["new", "growthbook async"], ["returning", "vitrine"]].map(([visitor, subject]) =>
  waterfall(`${visitors[visitor]}, ${subject}: one load`, values.waterfalls[visitor][subject].entries, values.waterfalls[visitor][subject].marks)).join("\n");

const agreed = values.checks.filter(({ agrees }) => agrees).length;
const day = new Date(values.date).toISOString().slice(0, 10);
const style = readFileSync(new URL("report.css", import.meta.url), "utf8");

writeFileSync(given.out, `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>Vitrine: time to personalised content</title><link rel="icon" href="data:,"><style>${style}</style></head><body>
<main>
<h1>Time to personalised content</h1>
<p class="lead">The same shop page, bare, with Vitrine and with its peers, loaded ${loads} times each by new and by returning visitors, in turns.</p>
<p class="unit">${day} · Chromium ${values.browser} · ${machine} · slow 4G (1.6 Mbit/s down, 750 kbit/s up, 150 ms a request) · main thread ÷ 4</p>
<h2>Goals</h2>
<ul class="goals">${goals.map(goal).join("\n")}</ul>
<p class="unit">A goal is met or not met where the whole 95 % interval (bootstrap, of the median of the pairs) is on one side of it.</p>
${Object.entries(visitors).map(([visitor, title]) => `<h2>${title}</h2>\n${table(visitor)}\n${plots(visitor)}`).join("\n")}
<h2>A burst of clicks</h2>
<p>24 clicks on a page that has settled, after the returning visitor's load: the page's own handlers alone, and with Vitrine tracking each click.</p>
<div class="plots">${strip("clicking: interaction, p75", "From a click to the next frame, 75th percentile")}${strip("clicking: tasks over 50 ms", "Tasks over 50 ms")}</div>
<h2>What is loaded, and when</h2>
<div class="plots">${falls}</div>
<h2>How it was measured</h2>
<ul class="notes">
<li>All subjects are served over HTTP/2 from one origin on the loopback, with brotli; files are kept for a year, pages are asked for again. Another origin would cost the peers more.</li>
<li>Line and processor are slowed by the browser itself. The latency is added to each request; connections are not slowed. Only the main thread is slowed, not what runs beside it, such as the parsing of scripts while they arrive.</li>
<li>New: an empty browser context, no choice made; Vitrine shows an experience that only reads the page. Returning: the next load of the same context, everything cached; Vitrine was allowed to personalise and decided from what was looked at.</li>
<li>“Theme remembered” is the bare page with one line in its head that keeps a word in <code>localStorage</code> and reads it there before the first paint, as many pages do for their colours: what such a read costs without any SDK.</li>
<li>GrowthBook: <code>auto.min.js</code> as documented, async; not async with its anti-flicker flag, which begins when the script runs; and not async with its payload in the page. Alloy: its base code and pre-hiding snippet around the hero; Adobe's Edge network cannot be had, so a fake answers at once.</li>
<li>The content of the hero is looked at in each frame from the first on. A screencast of ${values.checks.length} loads was searched for the hero's picture: it agreed in ${agreed}.</li>
<li>“Right content” is when the first frame began that showed all of it; paints are when a frame was presented. “Bytes before first paint” came over the line by then; “render-blocking” are the page and what it must have to paint.</li>
<li>Interactions are reported in steps of 8 ms; those under 16 ms count as 8.</li>
</ul>
</main></body></html>
`);
