// One small interface over three browsers, so that a story is written once.
//
//   const browser = await open("chromium", { profile })   profile: a folder that outlives the browser; fresh when absent
//                                         hidden: a private window, where the driver can; WebKitGTK's sessions all are
//   const tab = await browser.newTab()
//   await tab.goto(url)            resolves at DOMContentLoaded or later
//   await tab.click(selector)      a person's click: scrolled into view, by mouse events
//   await tab.fill(selector, text)  `host >>> inner` reaches into an open shadow root
//   await tab.evaluate(fn, ...args)  JSON in, JSON out; promises are awaited
//   await tab.waitFor(fn, args, { what, timeout })  until it answers something truthy, which is returned
//   await tab.reload() · tab.url() · tab.screenshot(file) · tab.close()
//   await browser.kill()           SIGKILL, as a power cut would
//   await browser.close()          politely
//
// `open` throws `Lacking` when the machine has no such browser.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The browser is not on this machine. */
export class Lacking extends Error {}

const adapters = {
  chromium: () => import("./chromium.mjs"),
  firefox: () => import("./firefox.mjs"),
  webkit: () => import("./webkit.mjs"),
};

export const names = Object.keys(adapters);

/** Opens a browser by name. */
export async function open(name, { profile, hidden } = {}) {
  const fresh = profile === undefined;
  const folder = profile ?? mkdtempSync(join(tmpdir(), `vitrine-${name}-`));
  const { launch } = await adapters[name]();
  const browser = await launch(folder, { hidden });
  const tidy = () => fresh && rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  return {
    name,
    newTab: async () => withWaiting(await browser.newTab()),
    kill: async () => { await browser.kill(); tidy(); },
    close: async () => { await browser.close(); tidy(); },
  };
}

// Polling from outside: a script that polls inside the page would need what a strict CSP forbids.
function withWaiting(tab) {
  return {
    ...tab,
    async waitFor(fn, args = [], { what = String(fn), timeout = 10_000 } = {}) {
      const end = Date.now() + timeout;
      for (;;) {
        const answer = await tab.evaluate(fn, ...args).catch(error => {
          if (Date.now() >= end) throw error; // a page that navigates away loses its evaluation: ask again
        });
        if (answer) return answer;
        if (Date.now() >= end) throw new Error(`waited ${timeout} ms for: ${what}`);
        await new Promise(again => setTimeout(again, 25));
      }
    },
  };
}
