// One origin over HTTP/2 for all subjects, as a site behind a modern front has it: brotli, files that are kept for a year, pages
// that are asked for again. Vitrine's own paths go on to its real backend; GrowthBook's and Adobe's are answered here.

import { createHash } from "node:crypto";
import { Agent, request as ask } from "node:http";
import { createSecureServer } from "node:http2";
import { brotliCompressSync } from "node:zlib";

import { certificate } from "./certificate.mjs";
import { page, script, style } from "./content.mjs";
import { assets, edgeAnswer, payload } from "./subjects.mjs";

export const host = "shop.test";
export const origin = `https://${host}`;

const forever = "public, max-age=31536000, immutable";
const type = path => path.endsWith(".js") ? "text/javascript; charset=utf-8" : path.endsWith(".css") ? "text/css" : "text/html; charset=utf-8";

/** What is served from memory: path → headers and packed body. */
function files(subjects) {
  const made = new Map();
  const add = (path, text, headers) => {
    const body = brotliCompressSync(text);
    const etag = `"${createHash("sha256").update(body).digest("hex").slice(0, 16)}"`;
    made.set(path, { body, headers: { "content-type": type(path), "content-encoding": "br", vary: "accept-encoding", etag, ...headers } });
  };
  for (const subject of subjects) add(subject.path, page(subject), { "cache-control": "no-cache" });
  add("/blank", "<!doctype html><title>blank</title><link rel=icon href=data:,>", { "cache-control": "no-store" });
  add("/assets/shop.css", style, { "cache-control": forever });
  add("/assets/shop.js", script, { "cache-control": forever });
  for (const [path, text] of Object.entries(assets)) add(path, text, { "cache-control": forever });
  // With the caching that GrowthBook's own network answers with.
  add("/api/features/sdk-bench", JSON.stringify({ status: 200, ...payload }), { "content-type": "application/json",
    "cache-control": "public, max-age=30, stale-while-revalidate=3600, stale-if-error=36000", "access-control-allow-origin": "*" });
  return made;
}

/** Answers `{ port, print, sizes, stop }`: where it listens on the loopback, and how Chromium knows its certificate. */
export async function serve(subjects, backend) {
  const known = files(subjects);
  const { key, cert, print } = certificate(host);
  const agent = new Agent({ keepAlive: true });
  const server = createSecureServer({ key, cert }, (request, response) => {
    const { pathname } = new URL(request.url, origin);
    const file = known.get(pathname);
    if (file && request.headers["if-none-match"] === file.headers.etag) {
      response.writeHead(304, { etag: file.headers.etag, "cache-control": file.headers["cache-control"] });
      return response.end();
    }
    if (file) {
      response.writeHead(200, file.headers);
      return response.end(file.body);
    }
    if (/^\/(v1|sdk)\//.test(pathname)) return forward(request, response, backend.address, agent);
    if (pathname.startsWith("/ee/")) return edge(request, response);
    response.writeHead(404);
    response.end();
  });
  // A page that is closed while something is on its way ends its streams; that is no fault of the bench.
  server.on("sessionError", () => {});
  await new Promise((done, failed) => server.once("error", failed).listen(0, "127.0.0.1", done));
  const sessions = new Set();
  server.on("session", session => { sessions.add(session); session.on("close", () => sessions.delete(session)); });
  return {
    port: server.address().port,
    print,
    sizes: Object.fromEntries([...known].map(([path, { body }]) => [path, body.length])),
    stop: () => { sessions.forEach(session => session.destroy()); server.close(); agent.destroy(); },
  };
}

const hop = new Set(["connection", "keep-alive", "transfer-encoding"]);

function forward(request, response, address, agent) {
  const { host: _, ...headers } = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !name.startsWith(":")));
  const onward = ask(`${address}${request.url}`, { method: request.method, headers: { ...headers, host: request.authority }, agent }, answer => {
    response.writeHead(answer.statusCode, Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !hop.has(name))));
    answer.pipe(response);
  });
  onward.on("error", () => { if (!response.headersSent) response.writeHead(502); response.end(); });
  request.pipe(onward);
}

/** A fake of Adobe's Edge network, which cannot be had: it decides at once, where the real one takes its time. */
function edge(request, response) {
  request.resume();
  const requestId = new URL(request.url, origin).searchParams.get("requestId");
  const body = brotliCompressSync(JSON.stringify(edgeAnswer(requestId)), { params: { 1: 4 } });
  response.writeHead(200, { "content-type": "application/json;charset=utf-8", "content-encoding": "br", "cache-control": "no-cache, no-store",
    "access-control-allow-origin": origin, "access-control-allow-credentials": "true", "x-adobe-edge": "IRL1;6" });
  response.end(body);
}
