/**
 * What the engine does in the page (the other half of `src/js.rs`). Whatever the page throws is caught here: nothing may
 * pass through the engine's own frames, and nothing may reach the page.
 */

import { attempt, type Then } from "./hands/attempt.js";

export * from "./hands/lists.js";
export * from "./hands/place.js";
export * from "./hands/seen.js";
export * from "./hands/store.js";
export * from "./hands/transition.js";
export * from "./hands/triggers.js";

/** The longest a browser's timer can wait; longer ones fire at once. */
const TIMER_MAX = 2 ** 31 - 1;
/** Browsers keep at most this much alive beyond the page (crates/wire/src/limits.rs). */
const BEACON_BYTES = 60 * 1024;

/** A property, or one of a property (`a.b`); undefined where there is none. */
export const get = (of: any, path: string): any => attempt(() => path.split(".").reduce((at, key) => at[key], of));
/** A property of the page. */
export const at = (path: string): any => get(globalThis, path);
export const call = (of: any, method: string, given: unknown[]): any => attempt(() => of[method](...given));
export const run = (of: any, method: string): void => call(of, method, []);
/** The same with one text. */
export const ask = (of: any, method: string, text: string): any => call(of, method, [text]);
/** Whether a method is there and does not throw. */
export const works = (of: any, method: string, given: unknown[]): boolean => !!attempt(() => [of[method](...given)]);
export const put = (of: any, key: string, value: unknown): boolean => !!attempt(() => [(of[key] = value)]);
export const make = (name: string, given: unknown[]): any => attempt(() => new (globalThis as any)[name](...given));
export const list = (items: unknown[]): unknown[] => items;
export const items = (of: Iterable<unknown>): unknown[] => attempt(() => [...of]) ?? [];
/** An object of names and values in turn. They become own members whatever their names are: `__proto__` too. */
export const object = (pairs: any[]): object => Object.fromEntries(pairs.flatMap((name, i) => (i % 2 ? [] : [[name, pairs[i + 1]]])));
/** An object of these members; what is undefined is left out. */
export const named = (names: string, values: unknown[]): object =>
  Object.fromEntries(names.split(" ").flatMap((name, i) => (values[i] === undefined ? [] : [[name, values[i]]])));

const CAMPAIGN = /^utm_(source|medium|campaign|term|content|id)$/;
/** Touch screens whose shorter side has at least this many CSS pixels are tablets. */
const TABLET = 600;

/** What the view is called. */
export const page = (): object | undefined =>
  attempt(() => {
    const { origin, pathname } = location;
    const title: unknown = document.title;
    return { path: pathname, title: typeof title == "string" ? title : "", url: origin + pathname };
  });
/** What the page says about itself: nothing of the device but with `device`. */
export const facts = (device: boolean): object | undefined =>
  attempt(() => {
    const query: Record<string, string> = {};
    for (const [name, value] of new URLSearchParams(location.search)) if (CAMPAIGN.test(name)) query[name] ??= value;
    const said = { page: page(), query };
    if (!device) return said;
    const host = attempt(() => new URL(document.referrer).host) ?? "";
    const coarse = attempt(() => matchMedia("(pointer: coarse)").matches);
    const short = attempt(() => Math.min(screen.width, screen.height)) ?? 0;
    return {
      ...said,
      language: navigator.language,
      referrer: { host: host == location.host ? "" : host },
      viewport: { width: innerWidth, height: innerHeight },
      device: { class: !coarse ? "desktop" : short < TABLET ? "mobile" : "tablet" },
    };
  });

/** Asks the facade. */
export const answer = (of: (...given: unknown[]) => Promise<unknown>, given: unknown[]): unknown =>
  attempt(() => of(...given).catch(() => false)) ?? false;
/** A promise, and the function that keeps it. */
export function pending(): object {
  let give;
  const promise = new Promise((resolve) => (give = resolve));
  return { promise, give };
}
export const escape = encodeURIComponent;
/** Tells the facade. */
export const tell = (to: (...what: unknown[]) => void, what: unknown[]): void => attempt(() => to(...what));

export const json = (of: unknown): string => attempt(() => JSON.stringify(of)) ?? "";
export const parse = (text: string): unknown => attempt(() => JSON.parse(text));
/** Bytes that a value takes as JSON. */
export const size = (of: unknown): number => new Blob([json(of)]).size;
export const copy = (bytes: Uint8Array): Uint8Array => bytes.slice();
export const bytes = (of: unknown): Uint8Array | undefined => (of instanceof Uint8Array ? of : undefined);
/** Random bytes; none where the browser has none to give: zeroes would be everybody's. */
export const random = (bytes: number): Uint8Array => attempt(() => crypto.getRandomValues(new Uint8Array(bytes))) ?? new Uint8Array();
export const zone = (ms: number): number => attempt(() => new Date(ms).getTimezoneOffset()) ?? 0;
/** The wall clock, or the one that is never set; by the wall where there is no other. */
export const now = (wall: boolean): number => (wall ? undefined : attempt(() => performance.now())) ?? attempt(() => Date.now()) ?? 0;
/** ISO 8601 of an instant. */
export const iso = (ms: number): string => attempt(() => new Date(ms).toISOString()) ?? "";

/** Calls back with what a promise is kept with; with nothing where it is not. */
export const wait = (promise: unknown, then: Then): void => void Promise.resolve(promise).then(then, () => then());
export const timer = (ms: number, then: Then): number => setTimeout(then, Math.min(Math.max(ms, 0), TIMER_MAX)) as any;
/** Calls back at each event, before the page's own listeners. */
export const listen = (target: any, name: string, then: Then, signal: AbortSignal): void =>
  attempt(() => target.addEventListener(name, then, { capture: true, passive: true, signal }));

/**
 * Asks the backend without saying who asks, but for what is in it. Answers `[status, ms until it may be tried again or null, JSON]`, with `stream`
 * the body in the JSON's place; nothing where there was no answer.
 */
export function request(
  method: string, url: string, cache: RequestCache, signal: AbortSignal, token: string, body: unknown, stream: boolean, then: Then,
): void {
  const text = body as any && json(body);
  const ask = async () => {
    const response = await fetch(url, {
      method,
      cache,
      signal,
      // An act of choice alone gives and takes a cookie: the choice, for when the browser wipes script storage.
      credentials: text && /\/consents$/.test(url) ? "same-origin" : "omit",
      // Who writes must be seen to come from the site: browsers send `Origin: null` without any referrer.
      referrerPolicy: method == "GET" ? "no-referrer" : "strict-origin",
      headers: token ? { authorization: `Bearer ${token}` } : {},
      body: text,
      keepalive: !!text && new Blob([text]).size <= BEACON_BYTES,
    });
    const { status, ok } = response;
    const read = ok && stream ? response.body : status < 500 ? await response.json().catch(() => null) : null;
    const after = response.headers.get("retry-after");
    return [status, /^\d+$/.test(after!) ? +after! * 1_000 : null, read];
  };
  ask().then(then, () => then());
}

/** The bytes of a bundle: from a fetch that was begun, the network, or, where that does not answer, the browser's cache. */
export async function bundle(begun: unknown, url: string, then: Then): Promise<void> {
  let bytes;
  for (const cache of ["", "default", "force-cache"] as const)
    try {
      const response: any =
        await (cache ? fetch(url, { cache, credentials: "omit", referrerPolicy: "no-referrer" }) : begun);
      if (response?.status == 200) {
        bytes = new Uint8Array(await response.arrayBuffer());
        break;
      }
    } catch {
      // The next one.
    }
  then(bytes);
}

/** The next bytes of a stream; nothing at its end, where there is none, or after so long without any. */
export async function chunk(reader: unknown, ms: number, then: Then): Promise<void> {
  let clock;
  const silence = new Promise((give) => (clock = timer(ms, give)));
  const read: any = await Promise.race([call(reader, "read", []), silence]).catch(() => {});
  clearTimeout(clock);
  then(read?.value);
}

let policy: any;

/** The body of a document that is not shown: its scripts do not run, its images do not load. Undefined where nobody may. */
export const inert = (html: string): Element | undefined =>
  attempt(() => {
    const body: any = document.implementation.createHTMLDocument("").body;
    const text = unarmed(html);
    const types = (globalThis as any).trustedTypes;
    // Its own default drops classes; with nothing named it drops what is unsafe, and the engine's list chooses from the rest.
    if (body.setHTML) body.setHTML(text, { sanitizer: {} });
    // A policy's name can be taken once. What is made of it goes into an inert document and through that list.
    else body.innerHTML = types ? (policy ??= types.createPolicy("vitrine", { createHTML: String })).createHTML(text) : text;
    return body;
  });

/**
 * Handlers and styles under names that mean nothing; what is between tags and what is a value stays as it is. They would
 * be left out anyway; browsers report them to the page's policy as soon as they are parsed, shown or not.
 */
const unarmed = (html: string): string =>
  html.replace(/<\/?[a-z][^\s\/>]*([\s\/]+|[^\s\/>][^\s\/>=]*(\s*=\s*("[^"]*"|'[^']*'|[^\s>]*))?)*/gi, (tag) =>
    tag.replace(/^<\/?[^\s\/>]+|[^\s\/>][^\s\/>=]*(\s*=\s*("[^"]*"|'[^']*'|[^\s>]*))?/g, (word) =>
      word.replace(/^(<\/?)?(?=on|style)/i, "$&x-"),
    ),
  );
