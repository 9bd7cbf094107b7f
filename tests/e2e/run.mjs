// Runs the stories in one browser: node tests/e2e/run.mjs --browser chromium [--only words, or a line of --list] [--report file.json] [--list]
//
// A story file exports a list of { title, browsers?, timeout?, together?, loose?, run(t) }; pages come under a strict policy, which nothing may
// break, but where `loose` says why not; `t` is made by support/stage.mjs and cleans up
// after the story. Stories run one after the other: two cores, and a person has one pair of hands. Those that mostly wait, and
// measure no time, are told two at once (`together`).

import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { Lacking, names, open } from "./drivers/index.mjs";
import { chosen as wanted, line, missing } from "./support/choose.mjs";
import { program as rows } from "./support/rows.mjs";
import { binary, dist } from "./support/server.mjs";
import { stage } from "./support/stage.mjs";

const { values } = parseArgs({ options: {
  browser: { type: "string", default: "chromium" },
  only: { type: "string" },
  report: { type: "string" },
  list: { type: "boolean", default: false },
} });

const out = new URL("out/", import.meta.url).pathname;

async function main() {
  if (!names.includes(values.browser)) throw new Error(`no browser is called ${values.browser}: ${names.join(", ")}`);
  const chosen = (await stories()).filter(story => (story.browsers ?? ["chromium"]).includes(values.browser))
    .filter(story => wanted(story, values.browser, values.only));
  if (values.list) return chosen.forEach(story => console.log(line(story)));
  const unbuilt = missing({ binary, rows, dist });
  if (unbuilt.length > 0) {
    unbuilt.forEach(what => console.error(what));
    process.exitCode = 1;
    return undefined;
  }
  const report = { browser: values.browser, passed: 0, failed: 0, skipped: [], rows: [] };
  const lacking = await absence(values.browser);
  rmSync(`${out}${values.browser}`, { recursive: true, force: true });
  const lane = async left => {
    for (let story; (story = left.shift());) {
      if (lacking) report.skipped.push({ name: story.title, reason: lacking });
      else await tell(story, report);
    }
  };
  await lane(chosen.filter(story => !story.together));
  const together = chosen.filter(story => story.together);
  await Promise.all([lane(together), lane(together)]);
  if (values.report) {
    writeFileSync(values.report, JSON.stringify(report, null, 1));
  }
  console.log(`${report.passed} passed, ${report.failed} failed, ${report.skipped.length} skipped`);
  const ran = report.passed + report.failed + report.skipped.length;
  if (ran == 0) console.error("no story was told: `--list` names them");
  process.exitCode = report.failed > 0 || ran == 0 ? 1 : 0;
  return undefined;
}

async function stories() {
  const folder = new URL("stories/", import.meta.url);
  const files = readdirSync(folder).filter(name => name.endsWith(".mjs")).sort();
  const lists = await Promise.all(files.map(async file => {
    const { default: list } = await import(new URL(file, folder));
    return list.map(story => ({ file: file.replace(".mjs", ""), ...story }));
  }));
  return lists.flat();
}

async function absence(browser) {
  try {
    await (await open(browser)).close();
    return undefined;
  } catch (error) {
    if (error instanceof Lacking) return error.message;
    throw error;
  }
}

async function tell(story, report) {
  const began = Date.now();
  const folder = `${out}${values.browser}/${slug(`${story.file} ${story.title}`)}`;
  mkdirSync(folder, { recursive: true });
  const t = stage({ folder, browserName: values.browser, loose: story.loose });
  let failure;
  try {
    await within(story.timeout ?? 90_000, story.run(t));
  } catch (error) {
    failure = error;
    await t.keepEvidence(error);
  }
  await t.clean().catch(error => { failure ??= error; });
  const seconds = ((Date.now() - began) / 1_000).toFixed(1);
  report[failure ? "failed" : "passed"]++;
  report.rows.push({ story: story.file, title: story.title, ok: !failure, seconds: Number(seconds), error: failure && String(failure.stack ?? failure) });
  console.log(`${failure ? "FAILED" : "ok    "} ${values.browser} ${line(story)} (${seconds} s)`);
  if (failure) console.log(indent(String(failure.stack ?? failure)));
  else rmSync(folder, { recursive: true, force: true });
}

function within(ms, promise) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`the story took more than ${ms} ms`)), ms); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** A folder's name: stories that begin alike differ at the end. */
const slug = text => {
  const words = text.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return words.length > 80 ? `${words.slice(0, 60)}${words.slice(-20)}` : words;
};
const indent = text => text.split("\n").map(line => `    ${line}`).join("\n");

try {
  await main();
} catch (error) {
  if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
  console.error(`a package is lacking: \`npm ci --ignore-scripts\` first (${error.message.split("\n")[0]})`);
  process.exitCode = 1;
}
// A killed browser may leave a handle behind; the report is written, so end.
process.exit();
