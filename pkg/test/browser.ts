/** A small server and Chromium for what only a real page can show. */

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { delimiter, join } from "node:path";

import { build } from "esbuild";
import { chromium } from "playwright-core";

declare const __ROOT__: string;

/** Where Chromium is, or undefined. */
export const executablePath = [
  process.env.VITRINE_CHROMIUM ?? "",
  ...["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"].flatMap((name) =>
    (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name)),
  ),
].find((path) => path && existsSync(path));

/** Bundles a file of `pkg/ts` as the build does. */
export async function bundle(entry: string, format: "esm" | "iife", extra: object = {}): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(__ROOT__, entry)],
    bundle: true,
    minify: true,
    target: "es2022",
    format,
    write: false,
    define: { __VERSION__: '"0.0.0"' },
    logLevel: "warning",
    ...extra,
  });
  return outputFiles[0]!.text;
}

/** The policy of a strict page with one inline script. */
export const policy = (script: string) =>
  "default-src 'none'; style-src 'none'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types vitrine; " +
  `script-src 'self' 'sha256-${createHash("sha256").update(script).digest("base64")}'`;

export type Handler = (path: string, answer: ServerResponse) => void | Promise<void>;

/** Serves with `handle` until `close`; answers the origin. */
export async function serve(handle: Handler): Promise<{ origin: string; close(): void }> {
  const server = createServer((request, answer) => void handle(request.url ?? "/", answer));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Chromium, without its own requests. */
export const launch = () =>
  chromium.launch({ executablePath: executablePath!, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
