// What a story is given: browsers, a shop (server + proxy), and the certainty that all of it is gone afterwards.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { open } from "../drivers/index.mjs";
import { startProxy } from "./proxy.mjs";
import { prepare } from "./server.mjs";

/** Multiplies counts of repeated tests; `VITRINE_SCALE` is the one parameter. */
export const scale = Number(process.env.VITRINE_SCALE ?? 1);

export function stage({ folder, browserName, loose }) {
  const undo = [];
  const tabs = [];
  const shops = [];
  const t = {
    browserName,
    /** `count` × VITRINE_SCALE, at least one. */
    times: count => Math.max(1, Math.round(count * scale)),
    after: act => undo.push(act),
    /** A new empty folder. */
    folder(name) {
      const path = mkdtempSync(join(tmpdir(), `vitrine-${name}-`));
      undo.push(() => rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
      return path;
    },
    /** A browser; `options.name` for another than the runner's. */
    async browser(options = {}) {
      const browser = await open(options.name ?? browserName, options);
      let open_ = true;
      const shut = act => async () => {
        if (!open_) return;
        open_ = false;
        await act();
      };
      undo.push(shut(browser.close));
      return { name: browser.name, close: shut(browser.close), kill: shut(browser.kill),
        async newTab() {
          const tab = await browser.newTab();
          tabs.push(tab);
          return tab;
        } };
    },
    /** The shop, served by the real server behind the proxy: { server, proxy, origin }. */
    async shop(options = {}) {
      let server;
      const proxy = await startProxy({ upstream: () => server.origin, port: options.proxyPort });
      // Why pages of this story come under their own policy alone.
      proxy.strict = !options.loose && !loose;
      server = await prepare(t.folder("shop"), { ...options, page: proxy.origin });
      undo.push(() => proxy.stop());
      undo.push(() => server.stop());
      if (options.start !== false) await server.start();
      const shop = { server, proxy, origin: proxy.origin, keys: server.keys };
      shops.push(shop);
      return shop;
    },
    /** Pictures, page notes and logs of a failed story, in tests/e2e/out/. */
    async keepEvidence(error) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "error.txt"), String(error?.stack ?? error));
      for (const [index, tab] of tabs.entries()) {
        await soon(tab.screenshot(join(folder, `tab-${index}.png`)));
        const notes = await soon(tab.evaluate(() => ({ url: location.href, faults: window.__faults, violations: window.__violations,
          diagnostics: window.__diagnostics, calls: window.__calls, frames: window.__frames, html: document.documentElement.outerHTML })));
        writeFileSync(join(folder, `tab-${index}.json`), JSON.stringify(notes ?? null, null, 1));
      }
      for (const [index, { server, proxy }] of shops.entries()) {
        writeFileSync(join(folder, `server-${index}.txt`), server.output);
        writeFileSync(join(folder, `requests-${index}.json`), JSON.stringify(proxy.requests, null, 1));
      }
    },
    async clean() {
      let first;
      const refused = shops.flatMap(({ proxy }) => proxy.violations);
      if (refused.length > 0) first = new Error(`the policy refused ${refused.length} times:\n${[...new Set(refused)].slice(0, 8).join("\n")}`);
      for (const act of undo.reverse()) {
        try {
          await act();
        } catch (error) {
          first ??= error;
        }
      }
      if (first) throw first;
    },
  };
  return t;
}

const soon = promise => Promise.race([promise.catch(() => undefined), new Promise(done => setTimeout(done, 3_000))]);
