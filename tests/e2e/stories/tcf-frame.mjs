// The shop inside a frame of somebody else's page, which asks for consent by the TCF: the real stub and API of npm above,
// another origin below.

import assert from "node:assert/strict";

import { answer, install } from "../support/managers/index.mjs";

/** How things stand in the frame, as the shop there says to whoever frames it. */
const tells = `<script>setInterval(() => {
  const { personalization, measurement } = window.vitrine?.consent.get() ?? {};
  parent.postMessage({ stands: (personalization?.state ?? "unknown") + " " + (measurement?.state ?? "unknown"), visitor: !!window.vitrine?.visitor.id() }, "*");
}, 25);</script>`;

export default [{
  loose: "the frame above writes styles of its own",
  title: "TCF above the frame: before, refuse, accept, change, withdraw",
  browsers: ["chromium", "firefox"],
  async run(t) {
    const shop = await t.shop({ site: file => ({ ...file, consent: { ...file.consent, authority: "tcf" } }) });
    const state = { revision: 0 };
    install("tcf", shop.proxy, state);
    const { fault } = shop.proxy;
    shop.proxy.extra = tells;
    shop.proxy.rewrite = html => html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/i, "")
      .replace(/<vitrine-consent-banner[\s\S]*?<\/vitrine-consent-banner>/g, "");
    const outer = shop.origin.replace("127.0.0.1", "localhost");
    const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><script>addEventListener("message", ({ data }) => { if (data?.stands) window.__inner = data; });</script>
      <script src="/npm/@iabtcf/stub/lib/stub.js"></script><script src="/npm/tcf-cmp.js"></script></head><body><button id="reopen">Cookies</button>
      <iframe src="${shop.origin}/" style="width:100%;height:600px"></iframe><script src="/npm/setup.js"></script></body></html>`;
    shop.proxy.fault = request => request.path === "/outer/"
      ? { status: 200, headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" }, body: page } : fault(request);
    const tab = await (await t.browser()).newTab();
    await tab.goto(`${outer}/outer/`);
    const stands = (said, visitor) => tab.waitFor(([said, visitor]) => window.__inner?.stands === said && window.__inner.visitor === visitor,
      [[said, visitor]], { what: `the frame to say ${said}` });

    await stands("unknown unknown", false);
    await answer(tab, "tcf", "refuse");
    await stands("denied denied", false);
    await answer(tab, "tcf", "accepts");
    await stands("granted granted", true);
    await answer(tab, "tcf", "some");
    await stands("withdrawn granted", true);
    await answer(tab, "tcf", "withdraw");
    await stands("withdrawn withdrawn", false);
    const told = shop.proxy.requests.filter(({ method, path }) => method === "POST" && path === "/v1/visitor/consents").map(({ body }) => JSON.parse(body));
    assert.ok(told.length >= 4 && told.every(({ source }) => source === "tcf"));
  },
}];
