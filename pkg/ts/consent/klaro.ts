/**
 * Klaro 0.7. Its consents move with every switch in its dialog and are `false` before anybody was asked: only what was
 * saved counts, and only once somebody confirmed it.
 */

import { By, cookie, object, page, pair, type Said, type Snapshot, type Source } from "./source.js";

export function open(): Source {
  const manager = () => {
    // It throws until it knows its configuration, and reads its record when it is first asked for.
    try {
      return document.readyState == "loading" ? undefined : page.klaro?.getManager?.();
    } catch {
      return undefined;
    }
  };
  /** Services by name; and each purpose that they name, granted where all of its services are. */
  const snapshot = (of: any, saved: (service: string) => unknown, confirmed: boolean) => {
    const said: Snapshot = {};
    for (const { name, purposes, required } of of.config?.services ?? []) {
      const state: Said = !confirmed ? "unknown" : required || saved(name) === true ? "granted" : "denied";
      for (const category of [name, ...(Array.isArray(purposes) ? purposes : [])])
        said[category] = said[category] == "denied" ? "denied" : state;
    }
    return said;
  };

  return {
    read() {
      const of = manager();
      return of && snapshot(of, (name) => (of.savedConsents ?? of.consents)?.[name], of.confirmed === true);
    },
    readSync() {
      const kept = object(cookie(page.klaroConfig?.storageName ?? page.klaroConfig?.cookieName ?? "klaro"));
      const known = page.klaroConfig?.services;
      if (!kept || !Array.isArray(known) || known.some(({ name }: any) => !(name in kept))) return undefined;
      return snapshot({ config: page.klaroConfig }, (name) => kept[name], true);
    },
    subscribe(changed) {
      const watch = () => {
        const of = manager();
        if (!of) return false;
        of.watch({
          update(_: unknown, name: string, news: any) {
            if (name == "saveConsents") changed(news?.type == "script" ? By.Update : By.Visitor);
            else if (name == "consents" && !of.confirmed) changed(By.State);
          },
        });
        changed(By.State);
        return true;
      };
      if (!watch()) for (const event of ["DOMContentLoaded", "load"]) addEventListener(event, watch, { once: true });
    },
    cookie() {
      const of = manager();
      return of && of.storageMethod == "cookie" ? pair(of.storageName) : "";
    },
  };
}
