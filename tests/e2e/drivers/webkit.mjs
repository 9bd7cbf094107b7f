// WebKitGTK's MiniBrowser through selenium-webdriver and WebKitWebDriver, on a screen of its own (Xvfb).

import { spawn } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";

import { Builder, Capabilities, until } from "selenium-webdriver";

import { find } from "./find.mjs";
import { Lacking } from "./index.mjs";

// Inside a container WebKit's own sandbox and compositor cannot start.
const surroundings = { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1", WEBKIT_DISABLE_COMPOSITING_MODE: "1" };

export async function launch() {
  const program = find("VITRINE_WEBKIT_DRIVER", ["WebKitWebDriver"]);
  const binary = miniBrowser();
  const screen = process.env.DISPLAY ? undefined : await virtualScreen();
  const env = { ...process.env, ...surroundings, DISPLAY: screen?.display ?? process.env.DISPLAY };
  const port = await freePort();
  const server = spawn(program, [`--port=${port}`], { env, stdio: "ignore", detached: true });
  server.unref();
  await accepts(port);
  const capabilities = new Capabilities({ browserName: "MiniBrowser",
    "webkitgtk:browserOptions": { binary, args: ["--automation"] } });
  const driver = await new Builder().usingServer(`http://127.0.0.1:${port}`).withCapabilities(capabilities).build();
  await driver.manage().setTimeouts({ script: 30_000, pageLoad: 30_000, implicit: 0 });
  const stop = () => {
    process.off("exit", stop);
    killGroup(server.pid);
    if (screen) killGroup(screen.pid);
  };
  process.on("exit", stop);
  let spare = await driver.getWindowHandle();
  return {
    async newTab() {
      if (!spare) {
        await driver.switchTo().newWindow("tab");
        spare = await driver.getWindowHandle();
      }
      const handle = spare;
      spare = undefined;
      return tab(driver, handle);
    },
    async kill() { stop(); },
    async close() {
      await driver.quit().catch(() => {});
      stop();
    },
  };
}

function tab(driver, handle) {
  const here = async act => {
    await driver.switchTo().window(handle);
    return act();
  };
  const element = async selector => {
    const found = await driver.wait(() => deep(driver, selector.split(">>>")), 10_000);
    await driver.executeScript("arguments[0].scrollIntoView({block:'center'})", found);
    return driver.wait(until.elementIsVisible(found), 10_000);
  };
  return {
    goto: url => here(() => driver.get(url)),
    reload: () => here(() => driver.navigate().refresh()),
    click: selector => here(async () => (await element(selector)).click()),
    fill: (selector, text) => here(async () => {
      const input = await element(selector);
      await input.clear();
      await input.sendKeys(text);
    }),
    evaluate: (fn, ...args) => here(() => evaluate(driver, fn, args)),
    url: () => here(() => driver.getCurrentUrl()),
    screenshot: path => here(() => picture(driver, path)),
    close: () => here(() => driver.close()),
    back: () => here(() => driver.navigate().back()),
  };
}

const deep = (driver, parts) =>
  driver.executeScript("return arguments[0].reduce((of, part) => (of == document ? of : of?.shadowRoot)?.querySelector(part) ?? null, document)", parts);

async function evaluate(driver, fn, args) {
  const body = `const done = arguments[arguments.length - 1];
    (async () => (${fn})(...${JSON.stringify(args)}))().then(value => done({ value }), error => done({ error: String(error) }));`;
  const answer = await driver.executeAsyncScript(body);
  if (answer.error !== undefined) throw new Error(answer.error);
  return answer.value ?? undefined;
}

// Without a compositor some builds never answer: a missing picture must not hang a story.
async function picture(driver, path) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("WebKitGTK gave no picture in 5 s")), 5_000).unref());
  writeFileSync(path, await Promise.race([driver.takeScreenshot(), late]), "base64");
}

function miniBrowser() {
  if (process.env.VITRINE_MINIBROWSER) return process.env.VITRINE_MINIBROWSER;
  for (const base of ["/usr/lib", "/usr/libexec", ...multiarch()]) {
    for (const api of ["webkit2gtk-4.1", "webkit2gtk-4.0", "webkitgtk-6.0"]) {
      const path = `${base}/${api}/MiniBrowser`;
      if (existsSync(path)) return path;
    }
  }
  throw new Lacking("MiniBrowser of WebKitGTK is not installed");
}

const multiarch = () => (existsSync("/usr/lib") ? readdirSync("/usr/lib") : [])
  .filter(name => name.endsWith("-linux-gnu")).map(name => `/usr/lib/${name}`);

async function virtualScreen() {
  const program = find("VITRINE_XVFB", ["Xvfb"]);
  const child = spawn(program, ["-displayfd", "3", "-screen", "0", "1280x900x24", "-nolisten", "tcp"],
    { stdio: ["ignore", "ignore", "ignore", "pipe"], detached: true });
  const number = await new Promise((resolve, reject) => {
    let text = "";
    child.stdio[3].on("data", piece => {
      text += piece;
      if (text.includes("\n")) resolve(text.trim());
    });
    child.on("exit", code => reject(new Error(`Xvfb ended with ${code}`)));
  });
  child.stdio[3].destroy();
  child.unref();
  return { display: `:${number}`, pid: child.pid };
}

function killGroup(pid) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // gone already
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function accepts(port) {
  for (let round = 0; round < 400; round++) {
    const status = await fetch(`http://127.0.0.1:${port}/status`).then(answer => answer.ok, () => false);
    if (status) return;
    await new Promise(again => setTimeout(again, 25));
  }
  throw new Error("WebKitWebDriver does not answer");
}
