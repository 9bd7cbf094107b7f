/** Axeptio, by its documented contract: `cookies:complete` brings the choices, at each page and at each act. */

import { acting, page, type Snapshot, type Source } from "./source.js";

export function open(): Source {
  let last: Snapshot | undefined;
  return {
    read: () => last,
    readSync: () => undefined,
    subscribe(changed) {
      (page._axcb ||= []).push((sdk: any) =>
        sdk?.on?.("cookies:complete", (choices: any) => {
          if (typeof choices != "object" || !choices) return;
          last = {};
          for (const [vendor, allowed] of Object.entries(choices))
            if (!vendor.startsWith("$$")) last[vendor] = allowed === true ? "granted" : allowed === false ? "denied" : "unknown";
          changed(acting());
        }),
      );
    },
  };
}
