import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Browser } from "playwright-core";

import { bundle, executablePath, launch, policy, serve } from "./browser.js";

declare const __ROOT__: string;

const ALL = ["personalization", "measurement", "experiments", "marketing"];
const every = (state: string) => Object.fromEntries(ALL.map((purpose) => [purpose, state]));
const text = `<p>${"The page's own words, in a column. ".repeat(20)}</p>`;

describe("the banner", { skip: executablePath ? false : "Chromium is not installed" }, () => {
  let browser: Browser;
  let server: { origin: string; close(): void };

  before(async () => {
    const script = (await bundle("pkg/test/banner.page.ts", "iife")).trim();
    server = await serve((path, answer) => {
      const lang = path.includes("fr") ? "fr" : "en";
      answer.writeHead(200, { "content-type": "text/html; charset=utf-8", "content-security-policy": policy(script) });
      const banner = path.includes("none") ? "" : `<vitrine-consent-banner lang="${lang}"></vitrine-consent-banner>`;
      answer.end(`<!doctype html><html lang="${lang}"><meta name="viewport" content="width=device-width"><body>${banner}<button id="b">Choices</button>${text}<script>${script}</script>`);
    });
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });

  async function open(path = "/", state = "unknown", width = 1280) {
    const page = await browser.newPage({ viewport: { width, height: 800 } });
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => message.type() == "error" && errors.push(message.text()));
    await page.addInitScript((states) => { (window as any).states = states; }, state == "none" ? {} : every(state));
    await page.goto(server.origin + path);
    const set = () => page.evaluate(() => (window as any).sets);
    const act = (name: string) => page.locator(`vitrine-consent-banner [data-act="${name}"]`);
    return { page, set, act, errors };
  }

  for (const [act, state] of [["accept", "granted"], ["refuse", "denied"]] as const) {
    test(`${act}: one click, every purpose, within the gesture, and the banner goes`, async () => {
      const { page, set, act: button, errors } = await open();
      await button(act).click();
      assert.deepEqual(await set(), [{ purposes: every(state), gesture: true }]);
      assert.equal(await page.locator("vitrine-consent-banner").evaluate((banner) => banner.getClientRects().length), 0);
      assert.deepEqual(errors, []);
    });
  }

  test("refusing is on the same level as accepting, and looks the same", async () => {
    const { act } = await open();
    const looks = await Promise.all(["refuse", "accept"].map((name) => act(name).evaluate((button) => {
      const style = getComputedStyle(button);
      const { width, height, top } = button.getBoundingClientRect();
      return [style.backgroundColor, style.color, style.font, style.borderColor, Math.round(width), Math.round(height), top].join();
    })));
    assert.equal(looks[0], looks[1]);
  });

  test("each purpose by itself, one click away; nothing is ticked beforehand; the keyboard is enough", async () => {
    const { page, set, act } = await open("/", "none");
    await act("choose").focus();
    await page.keyboard.press("Enter");
    const switches = page.locator("vitrine-consent-banner input");
    assert.deepEqual(await switches.evaluateAll((inputs) => inputs.map((input: any) => [input.name, input.checked])), ALL.map((name) => [name, false]));
    await page.keyboard.press("Space");
    await act("save").press("Enter");
    assert.deepEqual((await set())[0].purposes, { ...every("denied"), personalization: "granted" });
  });

  test("whoever has answered is not asked, and may look again and close without changes", async () => {
    const { page, set, act } = await open("/", "granted");
    const banner = page.locator("vitrine-consent-banner");
    assert.equal(await banner.evaluate((element) => element.getClientRects().length), 0);
    await page.click("#b");
    assert.ok(await page.locator("vitrine-consent-banner input").first().isChecked());
    assert.ok(await act("close").isVisible());
    await page.keyboard.press("Escape");
    assert.equal(await banner.evaluate((element) => element.getClientRects().length), 0);
    assert.equal(await page.evaluate(() => document.activeElement!.id), "b");
    assert.deepEqual(await set(), []);
  });

  test("a page without the element gets one when it is asked for", async () => {
    const { page, act } = await open("/none");
    await page.click("#b");
    assert.ok(await act("accept").isVisible());
  });

  test("it speaks the language of the page, and has a name", async () => {
    const { page, act } = await open("/fr");
    assert.equal(await act("refuse").textContent(), "Tout refuser");
    assert.ok(await page.getByRole("dialog", { name: "Votre choix" }).isVisible());
    assert.equal(await page.locator("vitrine-consent-banner .card").getAttribute("lang"), "fr");
  });

  for (const width of [1280, 360]) {
    test(`it fits ${width} px, closed and open`, async () => {
      const { page, act } = await open(width == 360 ? "/fr" : "/", "unknown", width);
      const folder = join(__ROOT__, "target/xtask/shots");
      mkdirSync(folder, { recursive: true });
      for (const shot of ["closed", "open"]) {
        if (shot == "open") await act("choose").click();
        const box = (await page.locator("vitrine-consent-banner .card").boundingBox())!;
        assert.ok(box.x >= 0 && box.x + box.width <= width && box.y >= 0 && box.y + box.height <= 800, JSON.stringify(box));
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
        await page.screenshot({ path: join(folder, `banner-${width}-${shot}.png`) });
      }
    });
  }
});
