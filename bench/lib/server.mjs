// Static files on the loopback, cross-origin isolated: browsers give the precise clock only to such pages.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname } from "node:path";

const types = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm", ".json": "application/json" };
const isolated = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

/**
 * Serves `routes`, path → text, bytes or `{ file }`, and `/sdk/…` from `sdk`. What the SDK says to its backend is taken and
 * forgotten. Answers `{ origin, stop }`.
 */
export async function serve(routes, sdk) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const send = (status, body, type) => {
      response.writeHead(status, { ...isolated, "content-type": type ?? "application/octet-stream" });
      response.end(body);
    };
    request.resume();
    if (request.method != "GET") return send(200, "{}", types[".json"]);
    const name = /^\/sdk\/([\w.-]+)$/.exec(pathname)?.[1];
    const found = name ? { file: `${sdk}/${name}` } : routes[pathname];
    if (found === undefined) return send(404, "");
    try {
      const type = types[extname(found.file ?? pathname)];
      return send(200, found.file ? readFileSync(found.file) : found, type);
    } catch {
      return send(404, "");
    }
  });
  await new Promise((done, failed) => server.once("error", failed).listen(0, "127.0.0.1", done));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    stop: () => { server.closeAllConnections(); server.close(); },
  };
}
