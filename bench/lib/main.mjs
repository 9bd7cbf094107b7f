// What every page bench does around its figures: arguments, a server, a browser, a report, and the end of all of them.

import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { Lacking, open } from "../../tests/e2e/drivers/index.mjs";
import { dist } from "./parts.mjs";
import { serve } from "./server.mjs";

/**
 * `--browser`, `--runs` and `--report <file>`, then `measure({ browser, runs, page })` for the rows; `prepare` answers the
 * routes of the server; `page(name, …)` calls an export of the page's module.
 */
export async function main(prepare, measure) {
  const { values } = parseArgs({ options: {
    browser: { type: "string", default: "chromium" },
    runs: { type: "string", default: "30" },
    report: { type: "string" },
  } });
  let server, browser;
  try {
    server = await serve(await prepare(), dist);
    browser = await open(values.browser);
    const tab = await browser.newTab();
    await tab.goto(`${server.origin}/index.html`);
    const page = (name, ...given) => tab.evaluate(async (name, given) => (await window.bench)[name](...given), name, given);
    const text = JSON.stringify({ rows: await measure({ browser: values.browser, runs: Number(values.runs), page }) });
    if (values.report) writeFileSync(values.report, text);
    else console.log(text);
  } catch (error) {
    console.error(error instanceof Lacking ? `${values.browser}: ${error.message}` : error);
    process.exitCode = 1;
  } finally {
    await browser?.close();
    server?.stop();
  }
}
