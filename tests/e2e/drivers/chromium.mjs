// Chromium through Playwright, with the machine's own browser.

import { chromium } from "playwright-core";

import { find } from "./find.mjs";
import { killByMark } from "./processes.mjs";

const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];

export async function launch(profile, { hidden = false }) {
  const executablePath = find("VITRINE_CHROMIUM", ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"]);
  const viewport = { width: 1280, height: 800 };
  const options = { executablePath, headless: true, args: flags,
    // What Playwright switches off and people have: pages that come back as they were.
    ignoreDefaultArgs: ["--disable-back-forward-cache"] };
  // A context of one's own beside the profile is what Chromium calls off the record.
  const off = hidden && await within(profile, () => chromium.launch(options));
  const context = off ? await off.newContext({ viewport }) : await chromium.launchPersistentContext(profile, { ...options, viewport });
  let spare = context.pages()[0];
  return {
    async newTab() {
      const page = spare ?? await context.newPage();
      spare = undefined;
      page.setDefaultTimeout(30_000); // of the browser itself; what the SDK has to do is waited for with limits of its own
      return tab(page, await context.newCDPSession(page));
    },
    async kill() {
      await killByMark(profile);
      await context.close().catch(() => {});
    },
    async close() {
      await context.close();
      if (off) await off.close();
    },
  };
}

/** Playwright makes the folder of such a browser by itself: inside this one. */
async function within(folder, act) {
  const { TMPDIR } = process.env;
  process.env.TMPDIR = folder;
  try {
    return await act();
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
}

function tab(page, devtools) {
  return {
    goto: url => page.goto(url, { waitUntil: "domcontentloaded" }),
    reload: () => page.reload({ waitUntil: "domcontentloaded" }),
    click: selector => page.click(deep(selector)),
    fill: (selector, text) => page.fill(deep(selector), text),
    evaluate: (fn, ...args) => evaluate(devtools, fn, args),
    url: () => page.url(),
    screenshot: path => page.screenshot({ path }),
    close: () => page.close({ runBeforeUnload: true }),
    back: () => page.goBack({ waitUntil: "domcontentloaded" }),
    // Chromium only: what a story of one browser may need.
    page,
  };
}

// Playwright's own selectors go through open shadow roots by themselves.
const deep = selector => selector.replaceAll(">>>", ">>");

// Straight to the protocol: Playwright's own evaluate goes through `eval`, which Trusted Types refuse.
async function evaluate(devtools, fn, args) {
  const expression = `(${fn})(...${JSON.stringify(args)})`;
  const { result, exceptionDetails } = await devtools.send("Runtime.evaluate",
    { expression, awaitPromise: true, returnByValue: true, userGesture: false });
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value;
}
