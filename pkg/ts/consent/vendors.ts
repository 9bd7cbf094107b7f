/** The sources that are known, in the order in which they are believed, and how each is noticed. */

import { ancestor, page, type Vendor } from "./source.js";

interface Known {
  name: string;
  /** Whether it is in the page. A name alone is not: an element's id makes one too. */
  there(): unknown;
  load(): Promise<Vendor>;
  /** What tells that it is there, beside the usual looks. */
  ready?: string;
}

const is = (name: string, type = "function") => typeof page[name] == type;
let events = false;
for (const event of ["onConsent", "onChange"]) globalThis.addEventListener?.(`cc:${event}`, () => (events = true));

export const vendors: readonly Known[] = [
  {
    name: "vanilla-cookieconsent",
    // Imported as a module it is no global: only its events tell.
    there: () => typeof page.CookieConsent?.validConsent == "function" || events,
    load: () => import("./vanilla-cookieconsent.js"),
    ready: "cc:onConsent",
  },
  { name: "klaro", there: () => typeof page.klaro?.getManager == "function", load: () => import("./klaro.js") },
  {
    name: "tarteaucitron",
    there: () => typeof page.tarteaucitron?.state == "object",
    load: () => import("./tarteaucitron.js"),
    ready: "tac.root_available",
  },
  { name: "osano", there: () => typeof page.cookieconsent?.Popup == "function", load: () => import("./osano.js") },
  { name: "onetrust", there: () => is("OnetrustActiveGroups", "string"), load: () => import("./onetrust.js"), ready: "OneTrustGroupsUpdated" },
  { name: "didomi", there: () => Array.isArray(page.didomiOnReady) || typeof page.Didomi?.on == "function", load: () => import("./didomi.js") },
  { name: "commanders-act", there: () => is("cact"), load: () => import("./commanders-act.js") },
  { name: "axeptio", there: () => Array.isArray(page._axcb) || typeof page.axeptioSDK == "object", load: () => import("./axeptio.js") },
  { name: "transcend", there: () => typeof page.airgap?.ready == "function", load: () => import("./transcend.js") },
  { name: "tcf", there: () => is("__tcfapi") || ancestor("__tcfapiLocator"), load: () => import("./tcf.js") },
  { name: "gpp", there: () => is("__gpp"), load: () => import("./gpp.js") },
  { name: "consent-mode", there: () => Array.isArray(page.dataLayer), load: () => import("./consent-mode.js") },
];

/** What a category's name says by itself. */
const NAMES: [RegExp, string][] = [
  [/^(site |on-site )?person+al?i[sz]ation$|^personnalisation$/, "personalization"],
  [/^(analytics?|statisti(cs|ques?)|(audience )?measurement|performance|mesure( d.audience)?)$/, "measurement"],
  [/^(marketing|ads?|advertis(ing|ements?)|targeting|publicit[eé])$/, "marketing"],
  [/^(experiments?|experimentation|(ab|a\/b).?test(s|ing)?|optimi[sz]ation)$/, "experiments"],
];

/** The purposes of a category that nobody has mapped. */
export const named = (category: string): string[] => {
  const name = category.toLowerCase().replace(/[_\s]+/g, " ").trim();
  return NAMES.filter(([pattern]) => pattern.test(name)).map(([, purpose]) => purpose);
};
