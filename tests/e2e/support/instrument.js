// The very first script of every page under test. It notes each use of what docs/consent.md closes (storage, network), each
// frame of the slots, and each error, and changes nothing that the page could see.
// A note is {api, key|url, at}: plain data, no stack, so that reading notes costs the page nothing; with `__whose` set,
// also whose code it was, by the innermost script of the stack: `by`.
(() => {
  "use strict";
  if (window.__calls) return;
  const calls = [];
  const faults = [];
  const violations = [];
  const diagnostics = [];
  const note = (api, detail) => calls.push({ api, ...detail, at: performance.now(), ...window.__whose && { by: whose() } });
  const whose = () => Error().stack.split("\n").map(line => line.match(/(?:https?:\/\/[^/]+|vitrine-instrument)[^:)\s]*/)?.[0])
    .find(file => file && file !== "vitrine-instrument") ?? "";
  const hidden = (name, value) => Object.defineProperty(window, name, { value, enumerable: false });
  hidden("__calls", calls);
  hidden("__faults", faults);
  hidden("__violations", violations);
  hidden("__diagnostics", diagnostics);

  // A method of a prototype: noted, then called as it was.
  const method = (owner, name, api, describe) => {
    const original = owner?.prototype?.[name] ?? owner?.[name];
    if (typeof original !== "function") return;
    const home = owner.prototype?.[name] ? owner.prototype : owner;
    const wrapped = { [name](...args) {
      note(api, describe ? describe.call(this, args) : {});
      return Reflect.apply(original, this, args);
    } }[name];
    Object.defineProperty(home, name, { ...Object.getOwnPropertyDescriptor(home, name), value: wrapped });
  };
  const accessor = (home, name, api, describe) => {
    const found = home && Object.getOwnPropertyDescriptor(home, name);
    if (!found?.configurable) return;
    const changed = { ...found };
    if (found.get && api.get) changed.get = function get() {
      note(api.get, describe ? describe.call(this) : {});
      return found.get.call(this);
    };
    if (found.set && api.set) changed.set = function set(value) {
      note(api.set, describe ? describe.call(this, value) : {});
      found.set.call(this, value);
    };
    Object.defineProperty(home, name, changed);
  };
  const constructor = (name, api) => {
    const Original = window[name];
    if (typeof Original !== "function") return;
    const Wrapped = new Proxy(Original, { construct(target, args, newTarget) {
      note(api, { url: String(args[0]) });
      return Reflect.construct(target, args, newTarget === Wrapped ? target : newTarget);
    } });
    Object.defineProperty(window, name, { value: Wrapped, writable: true, configurable: true });
  };

  // Storage
  const area = self => ({ area: self === area.local ? "local" : self === area.session ? "session" : "other" });
  try {
    area.local = window.localStorage;
    area.session = window.sessionStorage;
  } catch {
    // denied: every use will throw and be noted as a touch
  }
  for (const name of ["getItem", "setItem", "removeItem", "clear", "key"]) {
    method(window.Storage, name, `storage.${name}`, function describe([key]) { return { ...area(this), key: key === undefined ? undefined : String(key) }; });
  }
  accessor(window.Storage?.prototype, "length", { get: "storage.length" }, function describe() { return area(this); });
  accessor(window, "localStorage", { get: "window.localStorage" });
  accessor(window, "sessionStorage", { get: "window.sessionStorage" });
  accessor(window, "indexedDB", { get: "window.indexedDB" });
  for (const name of ["open", "deleteDatabase", "databases"]) method(window.IDBFactory, name, `indexedDB.${name}`, ([key]) => ({ key }));
  for (const name of ["get", "getAll", "getKey", "getAllKeys", "count", "openCursor", "openKeyCursor", "put", "add", "delete", "clear"]) {
    method(window.IDBObjectStore, name, `idb.${name}`, function describe() { return { key: this.name }; });
  }
  accessor(Document.prototype, "cookie", { get: "cookie.get", set: "cookie.set" });
  accessor(Document.prototype, "referrer", { get: "document.referrer" });
  for (const name of ["get", "getAll", "set", "delete"]) method(window.CookieStore, name, `cookieStore.${name}`);
  accessor(window, "caches", { get: "window.caches" });
  for (const name of ["open", "has", "match", "keys", "delete"]) method(window.CacheStorage, name, `caches.${name}`);
  for (const name of ["persist", "persisted", "estimate", "getDirectory"]) method(window.StorageManager, name, `storageManager.${name}`);
  method(window.ServiceWorkerContainer, "register", "serviceWorker.register");
  constructor("SharedWorker", "SharedWorker");
  constructor("Worker", "Worker");

  // Network
  const address = value => String(value?.url ?? value);
  method(window, "fetch", "fetch", ([input, init]) => ({ url: address(input), method: init?.method ?? input?.method ?? "GET",
    body: typeof init?.body === "string" ? init.body : undefined }));
  method(window.XMLHttpRequest, "open", "xhr", ([verb, url]) => ({ method: verb, url: address(url) }));
  method(window.Navigator, "sendBeacon", "sendBeacon", ([url]) => ({ url: address(url) }));
  constructor("EventSource", "EventSource");
  constructor("WebSocket", "WebSocket");
  constructor("WebTransport", "WebTransport");
  constructor("RTCPeerConnection", "RTCPeerConnection");
  constructor("BroadcastChannel", "BroadcastChannel");
  accessor(window.HTMLImageElement?.prototype, "src", { set: "image.src" }, value => ({ url: String(value) }));
  accessor(window.HTMLIFrameElement?.prototype, "src", { set: "iframe.src" }, value => ({ url: String(value) }));

  // Whatever reaches the page
  window.addEventListener("error", event => event.message && faults.push({ kind: "error", message: event.message, file: event.filename }));
  window.addEventListener("unhandledrejection", event => faults.push({ kind: "rejection", message: String(event.reason?.stack ?? event.reason) }));
  document.addEventListener("securitypolicyviolation", event =>
    violations.push({ directive: event.effectiveDirective, blocked: event.blockedURI, sample: event.sample, file: event.sourceFile }));
  document.addEventListener("vitrine:diagnostic", event => diagnostics.push({ ...event.detail }));

  // Frames: what a person could see of each slot, noted when it changes, from the first frame on
  const frames = [];
  const last = new Map();
  let number = 0;
  hidden("__frames", frames);
  const frame = () => {
    number++;
    for (const slot of document.querySelectorAll("[data-vitrine-slot]")) {
      const name = slot.getAttribute("data-vitrine-slot");
      const seen = look(slot);
      const key = JSON.stringify(seen);
      if (last.get(name) === key) continue;
      last.set(name, key);
      frames.push({ slot: name, frame: number, at: performance.now(), ...seen });
    }
    requestAnimationFrame(frame);
  };
  function look(slot) {
    const box = slot.getBoundingClientRect();
    let opacity = 1;
    for (let up = slot; up; up = up.parentElement) opacity *= Number(getComputedStyle(up).opacity);
    const { visibility, display } = getComputedStyle(slot);
    return { text: slot.textContent.replace(/\s+/g, " ").trim(), visible: visibility === "visible" && display !== "none" && opacity > 0.01
      && box.width > 0 && box.height > 0, opacity, box: [box.x, box.y, box.width, box.height].map(Math.round) };
  }
  requestAnimationFrame(frame);

  // What each slot is when a timer of the page comes: timers fire in the order of their times, however late on a busy
  // machine, so that what was promised for an earlier time must have happened.
  const timers = {};
  hidden("__timers", timers);
  const begin = ms => setTimeout(() => {
    timers[ms] = Object.fromEntries([...document.querySelectorAll("[data-vitrine-slot]")].map(slot => [slot.getAttribute("data-vitrine-slot"), look(slot)]));
  }, ms);
  // They begin with the boot, which counts its deadline from there: a script in the markup is noticed just before it runs.
  new MutationObserver((_, observer) => {
    if (!document.querySelector("script[referrerpolicy]")) return;
    observer.disconnect();
    [500].forEach(begin);
  }).observe(document, { childList: true, subtree: true });
})();
//# sourceURL=vitrine-instrument
