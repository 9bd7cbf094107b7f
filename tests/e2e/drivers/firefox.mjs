// Firefox through puppeteer-core, over WebDriver BiDi.

import { readdirSync } from "node:fs";

import puppeteer from "puppeteer-core";

import { until } from "../support/until.mjs";
import { find } from "./find.mjs";
import { killByMark } from "./processes.mjs";

export async function launch(profile, { hidden = false }) {
  const executablePath = find("VITRINE_FIREFOX", ["firefox-esr", "firefox", "/Applications/Firefox.app/Contents/MacOS/firefox"]);
  const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true, userDataDir: profile,
    args: ["--width=1280", "--height=800"], protocolTimeout: 60_000,
    // Every window is a private one.
    extraPrefsFirefox: { "browser.privatebrowsing.autostart": hidden } });
  let spare = (await browser.pages())[0];
  return {
    async newTab() {
      const page = spare ?? await browser.newPage();
      spare = undefined;
      page.setDefaultTimeout(30_000); // of the browser itself; what the SDK has to do is waited for with limits of its own
      return tab(page);
    },
    async kill() {
      browser.process()?.kill("SIGKILL");
      await killByMark(profile);
      await browser.close().catch(() => {});
      // Puppeteer puts the profile's own preferences back when the process is gone; the next launch would meet it at that.
      await until(() => !readdirSync(profile).some(file => file.endsWith(".puppeteer")), "the profile's preferences to be put back");
    },
    async close() {
      await browser.close();
      await killByMark(profile); // its helpers outlive it for a moment, and write
    },
  };
}

function tab(page) {
  return {
    goto: url => page.goto(url, { waitUntil: "domcontentloaded" }),
    reload: () => page.reload({ waitUntil: "domcontentloaded" }),
    click: selector => page.locator(selector).click(),
    fill: (selector, text) => page.locator(selector).fill(text),
    evaluate: (fn, ...args) => page.evaluate(`(${fn})(...${JSON.stringify(args)})`),
    url: () => page.url(),
    screenshot: path => page.screenshot({ path }),
    close: () => page.close({ runBeforeUnload: true }),
    back: () => page.goBack({ waitUntil: "domcontentloaded" }),
  };
}
