/** The consent sources of a page, and the SDK that hears of them. */

import { start, type Host } from "./authority.js";
import { emit } from "./emit.js";
import type { Rule } from "./source.js";
import type { Facade } from "../facade.js";

/** Whose grants are not this SDK's own is asked on every page. */
const OWN = /^(preference|site)$/;

/** Begins to ask. */
export function begin(facade: Facade, rule: Rule): void {
  const choices = () => facade.call("consent.get", []) as ReturnType<Host["choices"]>;
  const host: Host = {
    choices,
    told: (...said) => facade.told(...said),
    own: () =>
      !!document.querySelector("vitrine-consent-banner,vitrine-preferences") ||
      Object.values(choices()).some((choice) => choice?.state == "granted" && OWN.test(choice.source ?? "")),
    rules: (authority) => (facade.authority = authority),
    diagnose: (code, where) => facade.emitter.diagnose(code, where),
  };
  start(host, rule);
  emit({ choices, changed: (listener) => void facade.emitter.add("consent", listener) });
}
