// A proxy between backend and page that lets no stream through: what it would say is asked for every few minutes.

import assert from "node:assert/strict";

import { allow, reads, says, shopWith, write } from "../support/page.mjs";
import { notes } from "../support/person.mjs";
import { binary, run } from "../support/server.mjs";
import { until } from "../support/until.mjs";

const MINUTE = 60_000;

// By how the stream is broken: never answered, refused, or cut before it says anything.
export default [["gathers what it passes on", { hang: true }], ["refuses streams", { status: 502 }], ["cuts them", { cut: true }]].map(([how, fault]) => ({
  title: `polling: a page behind a proxy that ${how} hears of new rules within minutes`,
  async run(t) {
    const shop = await shopWith(t, { slots: { one: {} }, experiences: [says("one", { live: true })] });
    shop.proxy.fault = ({ path }) => (path.endsWith("/v1/visitor/stream") ? fault : undefined);
    const tab = await (await t.browser()).newTab();
    await tab.page.clock.install();
    await tab.goto(shop.origin + write(shop, "polling.html", `<p data-vitrine-slot="one">own</p>`));
    await allow(tab);
    await reads(tab, "p", "one says");
    await until(() => shop.proxy.requests.some(({ path }) => path.includes("/v1/visitor/stream")), "the stream to be asked for");
    run(binary, ["stop", "one", "--site", shop.server.siteFile, "--database", shop.server.database, "--url", shop.server.origin]);
    let passed = 0;
    await until(async () => {
      await tab.page.clock.runFor(MINUTE / 2);
      passed += MINUTE / 2;
      return await tab.evaluate(() => document.querySelector("p").textContent) === "own";
    }, "what was stopped to be taken back", 30_000);
    assert.ok(passed >= 4 * MINUTE && passed <= 12 * MINUTE, `after ${passed / MINUTE} minutes`);
    assert.deepEqual((await notes(tab)).faults, []);
  },
}));
