import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";

import { bundle, executablePath, launch, policy, serve } from "./browser.js";

declare const __ROOT__: string;

const axe = readFileSync(createRequire(join(__ROOT__, "tests/package.json")).resolve("axe-core/axe.min.js"), "utf8");

describe("the preference centre", { skip: executablePath ? false : "Chromium is not installed" }, () => {
  let browser: Browser;
  let server: { origin: string; close(): void };

  before(async () => {
    const script = (await bundle("pkg/test/preferences.page.ts", "iife")).trim();
    server = await serve((path, answer) => {
      const lang = /ar|fr/.exec(path)?.[0] ?? "en";
      answer.writeHead(200, { "content-type": "text/html; charset=utf-8", "content-security-policy": policy(script) });
      answer.end(`<!doctype html><html lang="${lang}" dir="${lang == "ar" ? "rtl" : "ltr"}"><meta name="viewport" content="width=device-width"><title>Preferences</title><main><h1>Preferences</h1><vitrine-preferences></vitrine-preferences></main><script>${script}</script>`);
    });
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    server?.close();
  });

  async function open(given: object, path = "/", width = 1280) {
    const page = await browser.newPage({ viewport: { width, height: 900 }, acceptDownloads: true });
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => message.type() == "error" && errors.push(message.text()));
    await page.addInitScript((given) => { (window as any).given = given; }, given);
    await page.goto(server.origin + path);
    await page.locator("vitrine-preferences h2").first().waitFor();
    return { page, errors, key: (key: string) => page.locator(`vitrine-preferences [data-key="${key}"]`), calls: () => page.evaluate(() => (window as any).calls), said: page.locator("vitrine-preferences .status") };
  }

  const violations = async (page: Page) => {
    await page.evaluate(axe);
    const found = await page.evaluate(async () => (await (window as any).axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })).violations);
    return found.map((one: any) => `${one.id}: ${one.nodes.map((node: any) => node.target).join(" ")}`);
  };

  for (const lang of ["en", "fr"]) {
    for (const width of [1280, 390]) {
      test(`it has no accessibility violation and fits (${lang}, ${width} px)`, async () => {
        const { page, key, errors } = await open({ state: "granted" }, `/${lang}`, width);
        await key("why:winter-fans").locator("summary").click();
        await key("why:big-customer").locator("summary").click();
        await key("erase").click();
        assert.deepEqual(await violations(page), []);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
        const folder = join(__ROOT__, "target/xtask/shots");
        mkdirSync(folder, { recursive: true });
        await page.screenshot({ path: join(folder, `preferences-${lang}-${width}.png`), fullPage: true });
        assert.deepEqual(errors, []);
      });
    }
  }

  test("before any choice nothing is ticked, nothing is known, and nothing is asked of the backend", async () => {
    const { page, calls } = await open({});
    assert.deepEqual(await page.locator("vitrine-preferences [role=switch]").evaluateAll((all) => all.map((one: any) => one.checked)), [false, false, false, false]);
    assert.ok(await page.getByText("This site keeps no profile of you").isVisible());
    assert.deepEqual(await calls(), []);
  });

  test("a switch is an act of its own, said aloud, and keeps the focus", async () => {
    const { page, key, calls, said } = await open({ state: "granted" });
    await key("purpose:experiments").focus();
    await page.keyboard.press("Space");
    await said.filter({ hasText: "“Comparisons” is no longer allowed" }).waitFor();
    assert.equal(await key("purpose:experiments").evaluate((input: any) => input.getRootNode().activeElement == input && !input.checked), true);
    await page.keyboard.press("Space");
    await said.filter({ hasText: "now allowed" }).waitFor();
    assert.deepEqual(await calls(), [["consent.withdraw", "experiments"], ["consent.set", { experiments: "granted" }]]);
  });

  test("everything and nothing are on one level and look the same", async () => {
    const { key, calls } = await open({});
    const looks = await Promise.all(["refuse", "accept"].map((name) => key(name).evaluate((button) => {
      const { backgroundColor, color, font } = getComputedStyle(button);
      const { width, height, top } = button.getBoundingClientRect();
      return [backgroundColor, color, font, Math.round(width), height, top].join();
    })));
    assert.equal(looks[0], looks[1]);
    await key("refuse").click();
    const every = (state: string) => Object.fromEntries(["personalization", "measurement", "experiments", "marketing"].map((id) => [id, state]));
    assert.deepEqual(await calls(), [["consent.set", every("denied")]]);
  });

  test("a fact is corrected by the keyboard alone; escape leaves it as it is", async () => {
    const { page, key, calls } = await open({ state: "granted" });
    await key("correct:city").press("Enter");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("Lille");
    await page.evaluate(() => (window as any).changed());
    await page.keyboard.press("Enter");
    await page.getByText("corrected by you").waitFor();
    assert.equal(await key("correct:city").evaluate((button: any) => button.getRootNode().activeElement == button), true);
    await key("correct:children").click();
    await page.keyboard.press("Escape");
    await key("correct:newsletter").click();
    await key("edit:newsletter").selectOption("false");
    await page.locator("vitrine-preferences .edit button").first().click();
    await page.getByText("corrected by you").nth(1).waitFor();
    assert.deepEqual(await calls(), [["visitor.correct", { city: "Lille" }], ["visitor.correct", { newsletter: false }]]);
  });

  test("each group says why, can be left, and entered again", async () => {
    const { page, key, said } = await open({ state: "granted" });
    await key("why:winter-fans").locator("summary").click();
    assert.ok(await page.getByText("“Product Viewed”: 3 times in the last 7 days (asked: at least 3)").isVisible());
    await key("why:big-customer").locator("summary").click();
    assert.ok(await page.getByText("Value of all orders: 640.5 (asked: at least 500)").isVisible());
    assert.ok(await page.getByText("You are not in the group “Lost”").isVisible());
    await page.getByRole("button", { name: "Leave the group “Winter fans”" }).click();
    await said.filter({ hasText: "You have left the group “Winter fans”" }).waitFor();
    await page.getByRole("button", { name: "Join again the group “Winter fans”" }).click();
    await said.filter({ hasText: "again" }).waitFor();
  });

  test("everything is saved as a file, without a network too", async () => {
    const { page, key, said } = await open({ state: "granted", offline: true });
    const [file] = await Promise.all([page.waitForEvent("download"), key("download").click()]);
    const saved = JSON.parse(readFileSync((await file.path())!, "utf8"));
    assert.equal(saved.device.traits.city.value, "Lyon");
    assert.ok(saved.device.segments["winter-fans"]);
    assert.equal(saved.server, null);
    await said.filter({ hasText: "could not be reached" }).waitFor();
  });

  test("erasing asks again, and can be left by escape", async () => {
    const { page, key, calls, said } = await open({ state: "granted" });
    await key("erase").click();
    assert.ok(await page.getByRole("alertdialog", { name: "Erase everything about you?" }).isVisible());
    await page.keyboard.press("Escape");
    assert.equal(await page.getByRole("alertdialog").count(), 0);
    assert.deepEqual(await calls(), []);
    await key("erase").click();
    await key("erase-yes").click();
    await said.filter({ hasText: "here and on the server" }).waitFor();
    assert.deepEqual(await calls(), [["visitor.erase"]]);
  });

  test("it stands from right to left, at twice the size", async () => {
    const { page } = await open({ state: "granted" }, "/ar", 640);
    await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    const [name, input] = await Promise.all(["label b", "label input"].map((of) => page.locator(`vitrine-preferences ${of}`).first().boundingBox()));
    assert.ok(input!.x < name!.x, "the switch is on the left");
  });
});
