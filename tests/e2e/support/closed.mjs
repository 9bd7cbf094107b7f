// The closed list of docs/consent.md, "Allowed before a grant", as a judge over what a page was noted doing and what the
// proxy saw. Each function answers what is outside the list: [] is what a story wants.

/** What the shop's pages are made of; the shop's own files are not the SDK's business. */
const shopFile = /^\/(assets\/[^?]*|category\/[\w-]+\/|product\/[\w-]+\/|cart\/|thanks\/|preferences\/(fr\/|preferences\.css)?|favicon\.ico)?$/;

/**
 * Notes outside the list. `acts` says how many acts of choice the visitor made on this page: each allows one write of
 * the choice record and one post to `/v1/visitor/consents`. `managed`: a consent manager asks, whose own record is a cookie
 * and may be read as our own choice record may. `asks`: a rule of the site asks in a slot, and the page that
 * led here may be looked at.
 */
export function callsOutside(calls, { site, acts = 0, origin, managed = false, asks = false }) {
  const outside = [];
  const left = { writes: acts, posts: acts, touches: 0, choice: 1, managed, asks };
  for (const call of calls) {
    if (!allowedCall(call, left, site, origin)) outside.push(call);
  }
  // A touch of the storage itself must belong to a read or write of the choice record: what is left over was a probe.
  if (left.touches > 0) outside.push({ api: "window.localStorage", touches: left.touches });
  return outside;
}

function allowedCall(call, left, site, origin) {
  switch (call.api) {
    case "window.localStorage":
      left.touches++;
      return true;
    case "storage.getItem":
      left.touches--;
      return call.area === "local" && call.key === `vt:${site}:c`;
    case "storage.setItem":
      left.touches--;
      return call.area === "local" && call.key === `vt:${site}:c` && left.writes-- > 0;
    case "cookie.get":
      return left.managed;
    case "document.referrer":
      return left.asks;
    case "fetch":
      return allowedFetch(call, left, site, origin);
    // The shop's own pictures; a pixel would carry a query or another address.
    case "image.src":
      return new URL(call.url, origin).origin === origin && shopFile.test(new URL(call.url, origin).href.slice(origin.length));
    default:
      return false;
  }
}

function allowedFetch(call, left, site, origin) {
  const url = new URL(call.url, origin);
  if (url.origin !== origin || url.search) return false;
  if (call.method === "GET") {
    return url.pathname.startsWith("/sdk/") || bundlePath(site).test(url.pathname) || url.pathname === "/v1/visitor/choice" && left.choice-- > 0;
  }
  return call.method === "POST" && url.pathname === "/v1/visitor/consents" && left.posts-- > 0;
}

/** Requests that the proxy saw and the list does not allow. A grant may carry a receipt; nothing may carry an identifier. */
export function requestsOutside(requests, { site, acts = 0 }) {
  const left = { posts: acts };
  return requests.filter(request => !allowedRequest(request, left, site))
    .map(({ method, path, headers, body }) => ({ method, path, cookie: headers.cookie, referer: headers.referer, authorization: headers.authorization, body }));
}

function allowedRequest(request, left, site) {
  const { method, headers } = request;
  const [path, query] = request.path.split("?");
  if (headers.authorization || !harmless(headers.cookie)) return false;
  if (method === "GET" && shopFile.test(path)) return true;
  if (query !== undefined) return false;
  if (method === "GET" && (path.startsWith("/sdk/") || bundlePath(site).test(path))) return headers.referer === undefined;
  if (method === "GET" && path === "/v1/visitor/choice") return true;
  return method === "POST" && path === "/v1/visitor/consents" && left.posts-- > 0 && anonymous(request.body);
}

// The one cookie there may be is the choice itself (HttpOnly, no identifier): the browser sends it by itself.
function harmless(cookie) {
  if (cookie === undefined) return true;
  const [name, value, ...more] = cookie.split(/=|; /);
  if (name !== "__Host-vt-choice" || more.length > 0) return false;
  const kept = JSON.parse(Buffer.from(value, "base64url").toString("utf8"));
  return Object.keys(kept).every(key => ["site", "purposes", "notice", "day", "days"].includes(key));
}

const bundlePath = site => new RegExp(`^/v1/sites/${site}/bundle/2(/[\\w-]+)?$`);

// Before anything is granted there is no visitor, so the post of a refusal can name none.
function anonymous(body) {
  const { visitor, token } = JSON.parse(body);
  return visitor === undefined && token === undefined;
}
