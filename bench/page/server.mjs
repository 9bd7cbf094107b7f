// Files on the loopback as a real site serves them: packed, with headers that let a browser keep them.

import { createServer } from "node:http";
import { extname } from "node:path";
import { brotliCompressSync } from "node:zlib";

const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".wasm": "application/wasm", ".json": "application/json" };

/**
 * Serves `routes`, path → text or bytes. Pages and rules are asked for again each time, scripts are kept for a year. What is sent to a
 * backend is taken and forgotten, by every subject alike. Answers `{ origin, stop }`; `routes` may grow.
 */
export async function serve(routes) {
  const packed = new Map();
  const pack = body => {
    if (!packed.has(body)) packed.set(body, brotliCompressSync(body));
    return packed.get(body);
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const body = request.method === "GET" ? routes[pathname] : "{}";
    request.resume();
    if (body === undefined) return response.writeHead(404).end();
    const type = types[extname(pathname)] ?? (pathname.startsWith("/api/") || request.method !== "GET" ? types[".json"] : "application/octet-stream");
    const fresh = !/\.(js|wasm)$/.test(pathname);
    const bytes = pack(body);
    response.writeHead(200, { "content-type": type, "content-encoding": "br", "content-length": bytes.length, "access-control-allow-origin": "*",
      "cache-control": fresh ? "no-cache" : "public, max-age=31536000, immutable" });
    return response.end(bytes);
  });
  await new Promise((done, failed) => server.once("error", failed).listen(0, "127.0.0.1", done));
  return { origin: `http://127.0.0.1:${server.address().port}`, stop: () => { server.closeAllConnections(); server.close(); } };
}
