/** Transcend, by its documented contract: `airgap.getConsent()` once it is confirmed, `consent-change`. */

import { acting, By, page, type Snapshot, type Source } from "./source.js";

export function open(): Source {
  let api: any;
  return {
    read() {
      const consent = api?.getConsent?.();
      if (typeof consent?.purposes != "object" || !consent.purposes) return undefined;
      const said: Snapshot = {};
      for (const [name, state] of Object.entries(consent.purposes))
        said[name] = consent.confirmed !== true ? "unknown" : state === true ? "granted" : state === false ? "denied" : "unknown";
      return said;
    },
    readSync: () => undefined,
    subscribe(changed) {
      page.airgap?.ready?.((ready: any) => {
        api = ready;
        api?.addEventListener?.("consent-change", () => changed(acting()));
        changed(By.State);
      });
    },
  };
}
