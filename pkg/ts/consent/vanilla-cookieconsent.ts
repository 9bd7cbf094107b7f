/** vanilla-cookieconsent 3. A new revision fires nothing: only `validConsent()` turns false. */

import { By, cookie, object, page, pair, type Snapshot, type Source } from "./source.js";

export function open(): Source {
  const api = () => (typeof page.CookieConsent?.validConsent == "function" ? page.CookieConsent : undefined);
  const config = (field: string) => api()?.getConfig(field);
  const name = (): string => config("cookie")?.name ?? "cc_cookie";
  let heard = false;

  return {
    read() {
      // Imported as a module it is no global: then its events are what says that it is there and content.
      if (!api()) return heard ? this.readSync() : undefined;
      const categories = config("categories");
      if (typeof categories != "object" || !categories) return undefined;
      const valid = api().validConsent() === true;
      const said: Snapshot = {};
      for (const category of Object.keys(categories))
        said[category] = !valid ? "unknown" : api().acceptedCategory(category) === true ? "granted" : "denied";
      return said;
    },
    readSync() {
      const kept = object(cookie(name()));
      const { categories, consentId, expirationTime } = kept ?? {};
      if (!Array.isArray(categories) || typeof consentId != "string" || !(expirationTime > Date.now())) return undefined;
      return Object.fromEntries(categories.map((category) => [String(category), "granted" as const]));
    },
    subscribe(changed) {
      for (const [event, by] of [["onFirstConsent", By.Visitor], ["onConsent", By.State], ["onChange", By.Visitor]] as const)
        addEventListener(`cc:${event}`, () => ((heard = true), changed(by)));
    },
    cookie: () => (config("cookie")?.useLocalStorage ? "" : pair(name())),
  };
}
