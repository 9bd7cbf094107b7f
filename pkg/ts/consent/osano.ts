/**
 * Osano (formerly Insites) cookieconsent 3: one yes or no, in a cookie. `hasConsented()` is true for a banner that was
 * closed too; here that is no answer. What the one yes stands for is the site's to say: it was not asked by purpose.
 */

import { By, page, pair, type Snapshot, type Source } from "./source.js";

const CATEGORY = "cookies";

export function open(): Source {
  let popup: any;
  const name = () => String(popup?.options?.cookie?.name ?? "cookieconsent_status");
  const status = (): Snapshot => {
    const value = pair(name()).slice(name().length + 1);
    return { [CATEGORY]: value == "allow" ? "granted" : value == "deny" ? "denied" : "unknown" };
  };

  return {
    read: () => (typeof page.cookieconsent?.Popup == "function" ? status() : undefined),
    readSync: () => (pair(name()) ? status() : undefined),
    subscribe(changed) {
      const of = page.cookieconsent?.Popup?.prototype;
      if (!of) return;
      // The page may keep its popup to itself: what all of them do is heard here.
      for (const method of ["setStatus", "clearStatus"]) {
        const own = of[method];
        if (typeof own != "function") continue;
        of[method] = function (this: unknown, ...args: unknown[]) {
          popup = this;
          const answer: unknown = Reflect.apply(own, this, args);
          changed(By.Visitor);
          return answer;
        };
      }
      const own = of.autoOpen;
      if (typeof own == "function")
        of.autoOpen = function (this: unknown, ...args: unknown[]) {
          popup = this;
          changed(By.State);
          return Reflect.apply(own, this, args);
        };
    },
    cookie: () => pair(name()),
  };
}
