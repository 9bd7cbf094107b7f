// The bench as one page to look at: goals in words, medians, and every single load as a dot.

import { cpus } from "node:os";

const escape = text => String(text).replace(/[&<>"]/g, sign => `&#${sign.charCodeAt(0)};`);
const median = values => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const told = (value, unit) => unit === "" ? value.toFixed(3) : unit === "B" ? `${(value / 1_000).toFixed(1)} kB` : unit === "ms" ? `${Math.round(value)} ms` : String(value);

/** Medians of `of` divided by those of `by`, drawn again from both a thousand times: the middle and the 95 % interval. */
function ratio(of, by) {
  let seed = 1;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const again = values => median(values.map(() => values[Math.floor(random() * values.length)]));
  const drawn = Array.from({ length: 1_000 }, () => again(of) / again(by)).sort((a, b) => a - b);
  return [median(of) / median(by), drawn[25], drawn[974]];
}

function strip(what, rows) {
  const most = Math.max(...rows.flatMap(row => row.values), rows[0].unit === "" ? 0.1 : 1) * 1.02;
  const [left, width, line] = [230, 520, 26];
  const x = value => left + value / most * width;
  const drawn = rows.map(({ subject, unit, values }, n) => {
    const y = n * line + 18;
    const dots = values.map(value => `<circle cx="${x(value).toFixed(1)}" cy="${y}" r="3"/>`).join("");
    const middle = median(values);
    return `<g class="${subject === "vitrine" ? "ours" : ""}"><text x="${left - 12}" y="${y + 4}" text-anchor="end">${escape(subject)}</text>${dots}
<line x1="${x(middle)}" x2="${x(middle)}" y1="${y - 9}" y2="${y + 9}"/><text x="${left + width + 12}" y="${y + 4}">${told(middle, unit)}</text></g>`;
  }).join("");
  return `<figure><figcaption>${escape(what)}</figcaption><div class="wide"><svg viewBox="0 0 850 ${rows.length * line + 10}" role="img" aria-label="${escape(what)}: ${
    rows.map(({ subject, unit, values }) => `${escape(subject)} ${told(median(values), unit)}`).join(", ")}">${drawn}</svg></div></figure>`;
}

/** The report. */
export function html(rows, { network, cpu, runs }) {
  const of = (what, subject) => rows.find(row => row.what === what && row.subject === subject).values;
  const all = (what, subject, most) => Math.max(...of(what, subject)) <= most;
  const paint = visit => ratio(of(`${visit} visitor: first paint`, "vitrine"), of(`${visit} visitor: first paint`, "bare"));
  const late = ratio(of("new visitor: right content", "vitrine"), of("new visitor: right content", "growthbook async"));
  const share = ([middle, low, high]) => `${((middle - 1) * 100).toFixed(1)} % (95 %: ${((low - 1) * 100).toFixed(1)} to ${((high - 1) * 100).toFixed(1)})`;
  const goals = [
    ["Returning visitors see no frame of the content for everybody", all("returning visitor: default frames", "vitrine", 0), `at most ${Math.max(...of("returning visitor: default frames", "vitrine"))} frames`],
    ["Nothing moves for returning visitors", all("returning visitor: layout shift", "vitrine", 0), `at most ${Math.max(...of("returning visitor: layout shift", "vitrine")).toFixed(3)}`],
    ["Returning: first paint within 5 % of the bare page", paint("returning")[0] <= 1.05, share(paint("returning"))],
    ["New: first paint within 5 % of the bare page", paint("new")[0] <= 1.05, share(paint("new"))],
    ["New: right no later than GrowthBook, async", late[0] <= 1, share(late)],
  ];
  const whats = [...new Set(rows.map(row => row.what))];
  const subjects = [...new Set(rows.map(row => row.subject))];
  const table = whats.map(what => `<tr><th scope="row">${escape(what)}</th>${subjects.map(subject => `<td>${told(median(of(what, subject)), rows.find(row => row.what === what).unit)}</td>`).join("")}</tr>`).join("");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Vitrine: one page, side by side</title><style>
:root{color-scheme:light dark;--ink:light-dark(#1d1f24,#e8e6e1);--soft:light-dark(#667,#99a);--line:light-dark(#dde,#334);--ours:light-dark(#b1361e,#ff9b80);--paper:light-dark(#fff,#16181d)}
body{font:16px/1.55 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:60rem;margin:0 auto;padding:2rem 1rem 4rem}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .5rem}h2{margin:2.5rem 0 .5rem;font-size:1.25rem}p,li{max-width:46rem}.soft{color:var(--soft)}
.goals{list-style:none;padding:0}.goals li{padding:.45rem 0;border-bottom:1px solid var(--line)}.goals b{display:inline-block;min-width:5rem}
figure{margin:1.5rem 0}figcaption{font-weight:600}.wide{overflow-x:auto}svg{min-width:640px;width:100%;height:auto;display:block}
svg text{font:13px system-ui,sans-serif;fill:var(--ink)}svg circle{fill:var(--soft);opacity:.45}svg line{stroke:var(--ink);stroke-width:2}.ours circle{fill:var(--ours)}.ours line{stroke:var(--ours)}.ours text{font-weight:600}
table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums}th,td{padding:.35rem .6rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}th[scope=row]{text-align:left;font-weight:400}
</style></head><body><h1>One page, side by side</h1>
<p>The same page with each subject in it, ${runs} rounds, in another order each time; a browser context of its own for each, first load and second load. Chromium at 412 × 823, ${
  network.downloadThroughput * 8 / 1e6} Mbit/s down, ${network.uploadThroughput * 8 / 1e3} kbit/s up, ${network.latency} ms a request, processor ÷ ${cpu}; everything packed by brotli, scripts kept by the browser. ${
  escape(cpus()[0]?.model ?? "")}, ${cpus().length} cores, ${new Date().toISOString().slice(0, 10)}.</p>
<ul class="goals">${goals.map(([goal, met, how]) => `<li><b>${met ? "met" : "not met"}</b> ${escape(goal)}: ${escape(how)}</li>`).join("")}</ul>
<p class="soft">A frame counts from the first paint on. “Right content” is the first frame that shows it; on the bare page, its own. GrowthBook decides by an id that it stores at
once; Vitrine shows a new visitor what hangs on the page alone, and a returning one what was decided under their consent.</p>
${["new", "returning"].map(visit => `<h2>${visit === "new" ? "First visit" : "Returning"}</h2>${whats.filter(what => what.startsWith(visit)).map(what =>
    strip(what.replace(/^.*: /, ""), rows.filter(row => row.what === what))).join("")}`).join("")}
<h2>Medians</h2><div class="wide"><table><thead><tr><th></th>${subjects.map(subject => `<th scope="col">${escape(subject)}</th>`).join("")}</tr></thead><tbody>${table}</tbody></table></div></body></html>`;
}
