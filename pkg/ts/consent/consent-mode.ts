/**
 * Google Consent Mode v2. A default is the site's, not the visitor's, whatever it says; what no update names is unknown,
 * and nothing stands in for `personalization_storage`.
 */

import { acting, ours, page, type Snapshot, type Source } from "./source.js";

export function open(): Source {
  const said: Snapshot = {};

  const take = (entry: any): boolean => {
    if (!entry || typeof entry != "object" || ours.has(entry) || entry[0] != "consent" || entry[1] != "update") return false;
    let news = false;
    for (const [name, state] of Object.entries<any>(entry[2] ?? {}))
      if (state == "granted" || state == "denied") {
        news = true;
        said[name] = state;
      }
    return news;
  };
  const layer = () => (Array.isArray(page.dataLayer) ? (page.dataLayer as unknown[]) : undefined);
  layer()?.forEach(take);

  return {
    read: () => (layer() ? said : undefined),
    readSync: () => undefined,
    subscribe(changed) {
      const of = layer();
      if (!of) return;
      // Of this array alone, and as whoever came before us left it.
      const own = of.push;
      of.push = function (...entries: unknown[]) {
        const answer: unknown = Reflect.apply(own, this, entries);
        if (entries.map(take).includes(true)) changed(acting());
        return answer as number;
      };
    },
    map: {
      analytics_storage: "measurement",
      personalization_storage: "personalization",
      ad_storage: "marketing",
      ad_user_data: "marketing",
      ad_personalization: "marketing",
    },
  };
}
