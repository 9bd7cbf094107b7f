/** Notices that somebody else may ask for consent on this page; what then asks them is a chunk of its own. */

import type { Facade } from "../facade.js";

/** What such sources are called in the page. The chunk looks more closely: any element's id is a name too. */
const NAMES =
  "CookieConsent klaro tarteaucitron cookieconsent OnetrustActiveGroups Didomi didomiOnReady cact _axcb axeptioSDK airgap __tcfapi __gpp dataLayer";

/** Whether the browser speaks for a visitor who wants nothing of this: GPC or DNT. */
export function opposed(): boolean {
  const { globalPrivacyControl, doNotTrack } = navigator as any;
  return globalPrivacyControl === true || doNotTrack == "1";
}

/** Begins to look, by the page's rule and the site file's. */
export function look(facade: Facade, page: unknown, site: string): void {
  const rule: { authority?: string; map?: Record<string, string[]>; asks?: boolean } = Object.assign(
    Object.create(null),
    JSON.parse(site || "{}"),
    typeof page == "object" ? page : page && page != "auto" ? { authority: page } : {},
  );
  if (rule.asks && walked()) facade.call("consent.later", [true]);
  if (rule.authority == "manual") return;
  if (opposed()) facade.told("", {}, false, "");
  // What another source granted is good here once it says so again.
  const foreign = () =>
    Object.values(facade.call("consent.get", []) as object).some(({ source }) => source && !/^(preference|site)$/.test(source));
  let begun = false;
  const see = () => {
    if (begun || !(NAMES.split(" ").some((name) => name in window) || parent != window || rule.authority || foreign())) return;
    begun = true;
    void import("./sources.js").then(({ begin }) => begin(facade, rule), () => facade.emitter.diagnose("VT-LOAD-FAILED", "consent"));
  };
  for (const event of ["DOMContentLoaded", "load", "cc:onConsent"]) addEventListener(event, see);
  // The first look right after the decisions: a grant may wait that long.
  for (const ms of [0, 1_000, 5_000]) setTimeout(see, ms);
}

/**
 * Whether another page of this site, or this one a moment ago, led here: what can be asked in a visit was asked there. Looked at
 * and forgotten, and only where a rule asks in a slot; where something is granted the store knows better.
 */
function walked(): boolean {
  try {
    const [visit] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
    return /reload|back/.test(visit?.type ?? "") || document.referrer.startsWith(`${location.origin}/`);
  } catch {
    return false;
  }
}
