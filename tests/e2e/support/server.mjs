// The real server as a child process, with a database of its own, that a story may kill and start again.

import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

export const root = new URL("../../..", import.meta.url).pathname;
export const binary = process.env.VITRINE_BINARY ?? join(root, "target/debug/vitrine");
export const dist = process.env.VITRINE_DIST ?? join(root, "pkg/dist");

/**
 * A server in `folder`: its site file, database, keys and shop pages. Options: `site` changes the site file's JSON,
 * `port` fixes the port, `page` is the origin of the pages where it is another.
 */
export async function prepare(folder, { site, port = 0, page } = {}) {
  mkdirSync(folder, { recursive: true });
  const siteFile = join(folder, "site.json");
  const text = readFileSync(join(root, "www/shop/site.json"), "utf8");
  writeFileSync(siteFile, site ? JSON.stringify(site(JSON.parse(text))) : text);
  const database = join(folder, "vitrine.db");
  const www = join(folder, "shop");
  const keysText = run(binary, ["keys", "--site", siteFile, "--database", database, "--json"]);
  const keys = JSON.parse(keysText);
  writeFileSync(join(folder, "keys.json"), keysText);
  run("node", ["www/shop/build.mjs", "--out", www, "--dist", dist, "--keys", join(folder, "keys.json")]);
  const server = { folder, www, database, siteFile, keys, port, page, origin: undefined, output: "", child: undefined };
  server.start = () => start(server);
  server.kill = () => end(server, "SIGKILL");
  server.stop = () => end(server, "SIGTERM");
  return server;
}

async function start(server) {
  const args = ["serve", "--site", server.siteFile, "--sdk", dist, "--www", server.www, "--database", server.database,
    "--port", String(server.port), "--demo", ...server.page ? ["--origin", server.page] : []];
  const child = spawn(binary, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  server.child = child;
  child.stderr.on("data", piece => { server.output += piece; });
  const lines = createInterface({ input: child.stdout });
  const address = await new Promise((resolve, reject) => {
    lines.on("line", line => {
      server.output += `${line}\n`;
      const found = line.match(/listening on (http:\/\/\S+)/);
      if (found) resolve(found[1]);
    });
    child.on("error", reject);
    child.on("exit", code => reject(new Error(`the server ended with ${code}: ${server.output.slice(-2_000)}`)));
  });
  server.origin = address;
  server.port = Number(new URL(address).port); // the same address after a restart
  return server;
}

async function end(server, signal) {
  const { child } = server;
  if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode;
  const ended = new Promise(resolve => child.once("exit", resolve));
  child.kill(signal);
  return ended;
}

/** Runs a program from the root; its standard output. */
export function run(program, args, input) {
  return execFileSync(program, args, { cwd: root, encoding: "utf8", input, stdio: ["pipe", "pipe", "pipe"], maxBuffer: 1 << 28 });
}
