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
        await key("channel:email").check();
        await key("address:email").fill("marie@example.org");
        await key("give:email").click();
        await key("drop:email").waitFor();
        await key("address:post").fill("nowhere");
        await key("give:post").click();
        await page.locator("vitrine-preferences .wrong").waitFor();
        assert.deepEqual(await violations(page), []);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
        await page.locator("vitrine-preferences [data-section=messages]").screenshot({ path: join(folder, `messages-${lang}-${width}.png`) });
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

  test("messages: nothing is asked or offered while nothing is granted", async () => {
    const { page, calls } = await open({});
    assert.ok(await page.getByText("There is nothing to send to yet").isVisible());
    assert.equal(await page.locator("vitrine-preferences [data-section=messages]").locator("input, select, button").count(), 0);
    assert.deepEqual(await calls(), []);
  });

  test("messages: a site without channels has no such section", async () => {
    const { page } = await open({ state: "granted", bare: true });
    await page.getByText("notice n3").waitFor();
    assert.equal(await page.locator("vitrine-preferences [data-section=messages]").count(), 0);
  });

  test("messages: silence is no consent; what the law allows without asking is said, and service messages have no switch", async () => {
    const { page, key } = await open({ state: "granted" });
    const boxes = await page.locator("[data-section=messages] [role=switch]").evaluateAll((all) => all.map((one: any) => [one.dataset.key, one.checked]));
    assert.deepEqual(boxes, [["channel:email", false], ["channel:phone", true], ["channel:post", true]]);
    const picked = await page.locator("[data-section=messages] select").evaluateAll((all) => all.map((one: any) => [one.dataset.key, one.value]));
    assert.deepEqual(picked, [["topic:email:news", "off"], ["topic:email:sales", "off"], ["topic:email:similar", "each"], ["often:phone", "each"], ["topic:post:news", "each"]]);
    assert.equal(await key("topic:email:orders").count(), 0);
    for (const law of ["your consent, which you may withdraw at any time (CPCE, Art. L34-5; GDPR, Art. 6(1)(a))", "only our own similar products", "your contract in progress", "GDPR, Art. 6(1)(f) and 21(2)", "it cannot be switched off"])
      assert.ok(await page.getByText(law).first().isVisible(), law);
    assert.equal(await page.locator("[data-section=messages] [type=radio]:checked").getAttribute("data-key"), "best:");
  });

  test("messages: a channel, a topic and the best way by the keyboard alone; each is said and keeps the focus", async () => {
    const { page, key, calls, said } = await open({ state: "granted" });
    const focused = (name: string) => key(name).evaluate((one: any) => one.getRootNode().activeElement == one);
    await page.getByRole("switch", { name: "Commercial messages: E-mail" }).focus();
    await page.keyboard.press("Space");
    await said.filter({ hasText: "E-mail: commercial messages are on." }).waitFor();
    assert.ok(await focused("channel:email"));
    await page.getByRole("combobox", { name: "Sales, E-mail" }).focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await said.filter({ hasText: "Saved. E-mail, Sales: Once a week at most." }).waitFor();
    assert.ok(await focused("topic:email:sales"));
    assert.equal(await key("often:email").inputValue(), "");
    await page.getByRole("radio", { name: "No preference" }).focus();
    await page.keyboard.press("ArrowDown");
    await said.filter({ hasText: "E-mail is the way you like best" }).waitFor();
    assert.ok(await focused("best:email"));
    assert.deepEqual(await calls(), [
      ["visitor.prefer", { channels: { email: "each" }, topics: { email: { news: "each", sales: "each" } }, locale: "en" }],
      ["visitor.prefer", { topics: { email: { sales: "weekly" } }, locale: "en" }],
      ["visitor.prefer", { preferred: "email", locale: "en" }],
    ]);
  });

  test("messages: how often holds for what comes, and a channel that is off opens for the one topic that is chosen", async () => {
    const { key, said } = await open({ state: "granted" });
    await key("channel:email").check();
    await key("topic:email:news").selectOption("off");
    await said.filter({ hasText: "New arrivals: Never" }).waitFor();
    await key("often:email").selectOption("monthly");
    await said.filter({ hasText: "E-mail: Once a month at most" }).waitFor();
    assert.deepEqual([await key("topic:email:news").inputValue(), await key("topic:email:sales").inputValue()], ["off", "monthly"]);
    await key("channel:email").uncheck();
    await said.filter({ hasText: "are off" }).waitFor();
    assert.equal(await key("topic:email:similar").inputValue(), "off");
    await key("topic:email:news").selectOption("daily");
    await said.filter({ hasText: "New arrivals: Once a day" }).waitFor();
    assert.deepEqual(await Promise.all(["news", "sales", "similar"].map((topic) => key(`topic:email:${topic}`).inputValue())), ["daily", "off", "off"]);
  });

  test("messages: an address is given, waits for its owner, is changed and taken back; what is none is said beside it", async () => {
    const { page, key, said } = await open({ state: "granted" });
    const field = page.getByRole("textbox", { name: "Your e-mail address" });
    await field.fill("marie@");
    await page.evaluate(() => (window as any).changed());
    await field.fill("marie");
    await field.press("Enter");
    await said.filter({ hasText: "not a whole e-mail address" }).waitFor();
    assert.equal(await field.getAttribute("aria-invalid"), "true");
    assert.equal(await field.inputValue(), "marie");
    await field.fill("marie@example.org");
    await field.press("Enter");
    await said.filter({ hasText: "follow the link" }).waitFor();
    const section = page.locator("[data-channel=email]");
    assert.ok(await section.getByText("m…@example.org").isVisible() && await section.getByText("Waiting for confirmation").isVisible());
    await page.getByRole("button", { name: "Change the address: E-mail" }).press("Enter");
    await page.keyboard.press("Escape");
    assert.ok(await key("change:email").evaluate((one: any) => one.getRootNode().activeElement == one));
    await page.evaluate(() => {
      (window as any).confirmed("email");
      dispatchEvent(new Event("focus"));
    });
    await section.getByText("Waiting for confirmation").waitFor({ state: "detached" });
    assert.ok(await key("change:email").evaluate((one: any) => one.getRootNode().activeElement == one), "whoever comes back finds the focus where it was");
    await page.getByRole("button", { name: "Remove the address: E-mail" }).press("Enter");
    await said.filter({ hasText: "has been removed" }).waitFor();
    assert.ok(await field.isVisible());
  });

  test("messages: stop everything ends all but service messages; a channel may be allowed again", async () => {
    const { page, key, calls, said } = await open({ state: "granted" });
    await page.getByRole("button", { name: "Stop everything" }).press("Enter");
    await said.filter({ hasText: "Everything is stopped" }).waitFor();
    assert.ok(await page.getByText("You have stopped everything").isVisible());
    assert.deepEqual(await page.locator("[data-section=messages] [role=switch]:checked").count(), 0);
    assert.ok(await page.getByText("Always sent").isVisible());
    assert.equal(await key("stop").count(), 0);
    assert.deepEqual(await calls(), [["visitor.prefer", { stop: true, locale: "en" }]]);
    await key("channel:post").check();
    await said.filter({ hasText: "Post: commercial messages are on" }).waitFor();
    assert.deepEqual([await key("channel:email").isChecked(), await key("stop").count()], [false, 1]);
  });

  test("messages: where the backend cannot be reached that is said, and may be tried again", async () => {
    const { page, key, said } = await open({ state: "granted", offline: true });
    await page.getByText("cannot be reached at the moment. Nothing has been changed").waitFor();
    await page.evaluate(() => (window as any).online(true));
    await key("retry").press("Enter");
    await key("channel:email").waitFor();
    await page.evaluate(() => (window as any).online(false));
    await key("channel:post").focus();
    await page.keyboard.press("Space");
    await said.filter({ hasText: "That was not saved" }).waitFor();
    assert.equal(await key("channel:post").isChecked(), true);
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
