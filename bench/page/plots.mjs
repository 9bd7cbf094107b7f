// Plots as inline SVG, drawn by hand: no script, no request, and they take the colours of the page around them.

const escape = text => String(text).replace(/[&<>"]/g, character => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[character]);

/** A number as people read it: three digits that count, no digits behind large ones. */
export const figure = value => value == null ? "–" : value == 0 ? "0" : Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en").replace(/,/g, "\u202f")
  : Math.abs(value) >= 10 ? String(Math.round(value * 10) / 10) : Math.abs(value) >= 0.1 ? value.toFixed(2).replace(/\.?0+$/, "") : value.toFixed(3).replace(/\.?0+$/, "");

const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

/** What is counted has no halves. */
const counted = ["frames", "tasks", "requests", "B"];

/** Round numbers from 0 to at least `most`, a handful of them. */
function ticks(most, unit) {
  const rough = (most || 1) / 5, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10, 20, 50].map(times => times * power).find(step => step >= rough && (step >= 1 || !counted.includes(unit)));
  return Array.from({ length: Math.ceil((most || 1) / step - 1e-9) + 1 }, (_, at) => at * step);
}

// The names have room for the larger letters that a narrow screen gives them.
const width = 640, names = 208, end = 30, height = 30;

/** The frame of a plot: an axis from 0, a row for each name, `draw(row, x)` inside it. */
function plot(title, rows, most, unit, draw) {
  const axis = ticks(most, unit), last = axis.at(-1);
  const x = value => names + value / last * (width - names - end);
  const bottom = rows.length * height + 8;
  const grid = axis.map(tick => `<line class="grid" x1="${x(tick)}" x2="${x(tick)}" y1="4" y2="${bottom}"/>`
    + `<text class="tick" x="${x(tick)}" y="${bottom + 17}" text-anchor="middle">${figure(tick)}</text>`).join("");
  const body = rows.map((row, at) => `<g transform="translate(0 ${at * height + 20})"><text class="name" x="${names - 10}" y="4" text-anchor="end">${escape(row.name)}</text>${draw(row, x)}</g>`).join("");
  return `<figure><figcaption>${escape(title)}${unit ? `, <span class="unit">${escape(unit)}</span>` : ""}</figcaption>`
    + `<svg viewBox="0 0 ${width} ${bottom + 24}" role="img" aria-label="${escape(title)}">${grid}${body}</svg></figure>`;
}

/** One dot a load, a box from the first to the third quarter, a line at the median. */
export function strips(title, rows, unit) {
  const most = Math.max(...rows.flatMap(({ values }) => values));
  return plot(title, rows, most, unit, ({ values, ours }, x) => {
    const sorted = [...values].sort((a, b) => a - b);
    const [low, middle, high] = [0.25, 0.5, 0.75].map(share => x(quantile(sorted, share)).toFixed(1));
    // Dots are spread by their number, so that equal values do not hide each other.
    const dots = values.map((value, at) => `<circle cx="${x(value).toFixed(1)}" cy="${((at * 7) % 13) - 6}" r="2.2"/>`).join("");
    return `<g class="${ours ? "ours" : "theirs"}"><rect x="${low}" y="-9" width="${Math.max(1, high - low).toFixed(1)}" height="18" rx="2"/>${dots}`
      + `<line class="median" x1="${middle}" x2="${middle}" y1="-11" y2="11"/></g>`;
  });
}

/** What a page loaded and when: a bar for each file, from the request to its last byte; a line at the first paint. */
export function waterfall(title, entries, marks) {
  const rows = entries.map(entry => ({ ...entry, name: short(entry.name) }));
  const most = Math.max(...rows.map(({ end }) => end), ...marks.map(({ at }) => at));
  const made = plot(title, rows, most, "ms", ({ start, end, bytes }, x) =>
    `<rect class="${bytes ? "line" : "cache"}" x="${x(start).toFixed(1)}" y="-8" width="${Math.max(2, x(end) - x(start)).toFixed(1)}" height="16" rx="2"/>`
    + label(x, start, end, bytes ? `${(bytes / 1000).toFixed(1)} kB` : "cache"));
  const last = ticks(most, "ms").at(-1);
  const lines = marks.map(({ at }, index) => {
    const x = names + at / last * (width - names - end);
    return `<line class="mark mark${index}" x1="${x}" x2="${x}" y1="0" y2="${rows.length * height + 8}"/>`;
  }).join("");
  const key = marks.map(({ at, name }, index) => `<span class="key mark${index}">${escape(name)} ${figure(at)} ms</span>`).join(" ");
  // Below the bars and their labels, which stay legible.
  return made.replace("<g transform", `${lines}<g transform`).replace("</svg>", `</svg><p class="keys">${key}</p>`);
}

/** Beside the bar, on the side where there is room. */
function label(x, start, end, text) {
  const right = x(end) < width - 80;
  return `<text class="bytes" x="${right ? x(end) + 6 : x(start) - 6}" y="4" text-anchor="${right ? "start" : "end"}">${text}</text>`;
}

const short = path => {
  const name = path.split("/").pop();
  if (path.includes("/bundle/")) return "bundle";
  return (path.startsWith("/v1/") ? path.slice(4) : name).replace(/-[0-9a-f]{8}\.|-[A-Z0-9]{8}\./, ".");
};
