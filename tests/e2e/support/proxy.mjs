// A reverse proxy before the real server. It puts the instrumentation into every page as its first script, keeps a log of
// every request, and can break things on their way.
//
//   const proxy = await startProxy({ upstream: () => server.origin })
//   proxy.origin                       what browsers open
//   proxy.requests                     [{ method, path, headers, body, at, status }], oldest first
//   proxy.strict                       pages come under the strictest policy that the SDK promises to work under; false: their own alone
//   proxy.violations                   what browsers reported of it
//   proxy.fault = request => action    per request: undefined passes; see `act` below for the rest

import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, request as ask } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

const script = readFileSync(new URL("instrument.js", import.meta.url), "utf8");
const scriptHash = `'sha256-${createHash("sha256").update(script).digest("base64")}'`;

/** Where browsers report what a policy refused. */
const REPORTS = "/violations-of-the-policy";

export async function startProxy({ upstream, port = 0 }) {
  const proxy = { requests: [], violations: [], strict: false, fault: undefined, extra: "", rewrite: undefined };
  const server = createServer((request, response) => handle(proxy, upstream, request, response));
  server.keepAliveTimeout = 1_000;
  await new Promise((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
  proxy.port = server.address().port;
  proxy.origin = `http://127.0.0.1:${proxy.port}`;
  proxy.cut = () => server.closeAllConnections();
  proxy.stop = () => new Promise(resolve => {
    server.close(resolve);
    server.closeAllConnections();
  });
  return proxy;
}

function handle(proxy, upstream, request, response) {
  if (request.url === REPORTS) return reported(proxy, request, response);
  const entry = { method: request.method, path: request.url, headers: { ...request.headers }, body: "", at: Date.now(), status: 0 };
  const pieces = [];
  request.on("data", piece => pieces.push(piece));
  request.on("error", () => response.destroy());
  // Listed once its body is known, or its sender is gone: who reads the list never sees half a request.
  request.on("close", () => request.complete || proxy.requests.push(entry));
  request.on("end", () => {
    const body = Buffer.concat(pieces);
    entry.body = readable(body, request.headers["content-encoding"]);
    proxy.requests.push(entry);
    act(proxy.fault?.(entry), proxy, upstream, entry, body, response);
  });
}

function reported(proxy, request, response) {
  const pieces = [];
  request.on("data", piece => pieces.push(piece)).on("end", () => {
    const said = JSON.parse(Buffer.concat(pieces).toString("utf8") || "{}")["csp-report"] ?? {};
    proxy.violations.push(`${said["effective-directive"] ?? said["violated-directive"]} refused ${said["blocked-uri"]} ${said["script-sample"] ?? ""} in ${said["source-file"] ?? said["document-uri"]}:${said["line-number"] ?? ""}`);
    response.writeHead(204).end();
  });
}

// What a fault may be: { status, headers?, body? } answers instead; { cut: true } drops the connection; { hang: true }
// never answers; { swallow: true } lets the server answer and drops the answer; { delay: ms }; { truncate: bytes } of the
// answer's body; { replace: buffer }; { type: "text/plain" }.
function act(fault = {}, proxy, upstream, entry, body, response) {
  if (fault.cut) {
    entry.status = -1;
    return response.destroy();
  }
  if (fault.hang) return undefined;
  if (fault.status) {
    entry.status = fault.status;
    response.writeHead(fault.status, fault.headers ?? {});
    return response.end(fault.body ?? "");
  }
  if (fault.delay) {
    const { delay, ...rest } = fault;
    return setTimeout(() => act(rest, proxy, upstream, entry, body, response), delay);
  }
  return pass(fault, proxy, upstream, entry, body, response);
}

function pass(fault, proxy, upstream, entry, body, response) {
  const target = new URL(entry.path, upstream());
  const headers = { ...entry.headers };
  // Pages must be whole to be instrumented, and what they name under a policy is new each time.
  for (const name of ["if-none-match", "if-modified-since"]) delete headers[name];
  if (entry.headers["if-none-match"] && !page(entry.path)) headers["if-none-match"] = entry.headers["if-none-match"];
  const onward = ask(target, { method: entry.method, headers, agent: false }, answer => {
    entry.status = answer.statusCode;
    if (fault.swallow) return answer.resume().on("end", () => response.destroy());
    const html = String(answer.headers["content-type"]).startsWith("text/html");
    if (!html && !fault.truncate && !fault.replace && !fault.type) {
      response.writeHead(answer.statusCode, answer.headers);
      answer.on("error", () => response.destroy());
      answer.on("data", () => { entry.answered = Date.now(); });
      return answer.pipe(response);
    }
    const pieces = [];
    answer.on("data", piece => pieces.push(piece));
    answer.on("error", () => response.destroy());
    return answer.on("end", () => finish(fault, proxy, answer, Buffer.concat(pieces), html, response));
  });
  onward.on("error", () => {
    entry.status = entry.status || -1;
    response.destroy();
  });
  response.on("close", () => onward.destroy());
  onward.end(body);
}

function finish(fault, proxy, answer, raw, html, response) {
  const headers = { ...answer.headers };
  for (const name of ["content-length", "transfer-encoding", "etag", "last-modified"]) delete headers[name];
  let body = raw;
  if (html) {
    const nonce = randomBytes(12).toString("base64");
    body = instrumented(proxy, decoded(raw, headers["content-encoding"]).toString("utf8"), nonce);
    delete headers["content-encoding"];
    const own = headers["content-security-policy"]?.replace(/script-src /, `script-src ${scriptHash} `);
    const strict = proxy.strict && `script-src 'nonce-${nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'nonce-${nonce}'; require-trusted-types-for 'script'; report-uri ${REPORTS}`;
    if (own || strict) headers["content-security-policy"] = [own, strict].filter(Boolean).join(", ");
  }
  if (fault.replace) {
    body = fault.replace;
    delete headers["content-encoding"];
  }
  if (fault.truncate !== undefined) body = Buffer.from(body).subarray(0, fault.truncate);
  if (fault.type) headers["content-type"] = fault.type;
  response.writeHead(answer.statusCode, headers);
  response.end(body);
}

// Before the page's own policy, which a `<meta>` only brings for what follows it.
function instrumented(proxy, text, nonce) {
  const changed = (proxy.rewrite ? proxy.rewrite(text) : text).replace(/<head[^>]*>/i, head => `${head}<script></script>${proxy.extra}`);
  const named = proxy.strict ? changed.replace(/<(script|style|link)(?=[\s>])/gi, `$& nonce="${nonce}"`) : changed;
  return named.replace(/<\/script>/i, end => script + end);
}

const page = path => path.split("?")[0].endsWith("/") || path.split("?")[0].endsWith(".html");

const decoded = (bytes, encoding) => encoding === "br" ? brotliDecompressSync(bytes)
  : encoding === "gzip" ? gunzipSync(bytes) : bytes;

function readable(bytes, encoding) {
  try {
    return decoded(bytes, encoding).toString("utf8");
  } catch {
    return bytes.toString("latin1");
  }
}

/** Whether a request carries events. */
export const isBatch = ({ method, path }) => method === "POST" && /^\/(v1\/(batch|b|import)|beacon\/v1\/batch)\/?$/.test(path.split("?")[0]);

/** The requests with events that were passed on so far. */
export const batches = proxy => proxy.requests.filter(isBatch);
