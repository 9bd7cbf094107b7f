/** The device's store. */

import { attempt, type Then } from "./attempt.js";

/** An open that another tab blocks for longer than this is given up, and so is a first transaction. */
const OPEN_MS = 3_000;

/** Connections that have ended a transaction. */
const used = new WeakSet<IDBDatabase>();

const whole = () => {};
let running = 0;

/**
 * A page that is put aside in the middle of a transaction, or while the store is being made, would keep the site's next page
 * waiting for it: it is let go instead.
 */
function busy(by: 1 | -1) {
  running += by;
  attempt(() => (running ? addEventListener : removeEventListener)("unload", whole));
}

function settle(request: IDBRequest, then: Then) {
  const clock = setTimeout(() => {
    then();
    // Nobody waits for it any more: a connection that is left open would stand in every other tab's way.
    then = (db: any) => attempt(() => db.close());
  }, OPEN_MS);
  const end = (value: unknown) => {
    clearTimeout(clock);
    then(value);
  };
  request.onsuccess = () => end(request.result ?? true);
  request.onerror = () => end(request.error?.name);
}

/**
 * Opens the device's store, making it where there is none. Answers it, or the error's name. `lost` is called when the
 * browser closes it by itself, with true when it was closed for a newer version.
 */
export function open(name: string, then: Then, lost: Then): void {
  try {
    const request = indexedDB.open(name, 1);
    busy(1);
    request.onupgradeneeded = () => {
      const db = request.result;
      db.createObjectStore("log", { autoIncrement: true });
      db.createObjectStore("meta");
    };
    settle(request, (db: any) => {
      busy(-1);
      if (db?.close) {
        // Another tab erases or upgrades: do not stand in its way. Who erases says so to all; who upgrades does not.
        db.onversionchange = ({ newVersion }: any) => {
          db.close();
          if (newVersion) lost(true);
        };
        db.onclose = () => lost();
      }
      then(db);
    });
  } catch {
    queueMicrotask(then);
  }
}

/** Deletes it. A tab that does not let go must not keep this one waiting; the browser deletes when it does. */
export function erase(name: string, then: Then): void {
  try {
    settle(indexedDB.deleteDatabase(name), then);
  } catch {
    queueMicrotask(then);
  }
}

/**
 * One transaction: calls of `[store, method, …]`, then those that `step` makes of their results. `then` gets all results
 * once they are durable; nothing where none of it was done. The first of a connection is what the page waits for: one that stays behind
 * another page's for too long is taken back.
 */
export function transact(db: IDBDatabase, calls: unknown[], step: Then | undefined, then: Then): void {
  const open = attempt(() => db.transaction(["log", "meta"], "readwrite"));
  if (!open) return queueMicrotask(then);
  const requests: IDBRequest[] = [];
  const results = () => requests.map((request) => request.result);
  // What fails takes all of it back; the abort is what is answered.
  const run = (calls: () => any) => {
    try {
      calls()?.map(([store, method, ...given]: any[]) => requests.push((open.objectStore(store) as any)[method](...given)));
    } catch {
      attempt(() => open.abort());
    }
  };
  busy(1);
  // WebKit says that it took one back only when it would have been its turn.
  const clock = used.has(db) ? 0 : setTimeout(() => (attempt(() => open.abort()), end()), OPEN_MS);
  let end = (all?: unknown[]) => {
    end = () => {};
    clearTimeout(clock);
    used.add(db);
    busy(-1);
    then(all);
  };
  open.oncomplete = () => end(results());
  open.onabort = () => end();
  run(() => calls);
  // It is its turn: however long it takes now.
  if (requests[0]) requests[0].onsuccess = () => clearTimeout(clock);
  if (step && requests[0]) requests.at(-1)!.onsuccess = () => (clearTimeout(clock), run(() => step(results())));
}
