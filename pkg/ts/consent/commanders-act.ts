/** Commanders Act, by its documented contract: `cact("consent.get")`, `cact("consent.onUpdate")`. Its categories are numbers. */

import { By, page, type Snapshot, type Source } from "./source.js";

export function open(): Source {
  let last: Snapshot | undefined;
  const take = (by: By, changed: (by: By) => void) => (result: any) => {
    const { status, categories } = result?.consent ?? result ?? {};
    if (typeof categories != "object" || !categories) return;
    last = {};
    for (const [id, of] of Object.entries<any>(categories)) {
      const on = of?.status ?? of;
      last[id] = !status || status == "unset" ? "unknown" : on == "on" ? "granted" : on == "off" ? "denied" : "unknown";
    }
    changed(by);
  };
  return {
    read: () => last,
    readSync: () => undefined,
    subscribe(changed) {
      if (typeof page.cact != "function") return;
      page.cact("consent.get", take(By.State, changed));
      page.cact("consent.onUpdate", take(By.Visitor, changed));
    },
  };
}
