import { open } from "./e2e/drivers/index.mjs";
import { compile, dist, packed, page, root } from "../bench/lib/parts.mjs";
import { serve } from "../bench/lib/server.mjs";
import { model } from "../bench/rules/model.mjs";
const server = await serve({ "/index.html": page("/page.js"), "/vitrine.html": page("/vitrine.js"), "/page.js": await packed("load/page.mjs"), "/vitrine.js": await packed("load/vitrine.mjs"), "/v1/sites/bench-load/bundle/2": compile("bench-load", model(+(process.env.N??1000)), `${root}target/bench/load`).bundle }, process.env.DIST ?? dist);
const browser = await open(process.argv[2] ?? "webkit"); const tab = await browser.newTab(); await tab.goto(`${server.origin}/index.html`);
for (let i=0;i<8;i++) console.log(JSON.stringify(await tab.evaluate(async () => { const r = await (await window.bench).once("vitrine"); return r; })));
await browser.close(); server.stop();
