/** OneTrust, by its documented contract: active groups, a closed banner, `OneTrustGroupsUpdated`. */

import { acting, page, type Snapshot, type Source } from "./source.js";

export const open = (): Source => ({
  read() {
    const { OneTrust: api, OnetrustActiveGroups: active } = page;
    if (typeof api?.IsAlertBoxClosed != "function" || typeof active != "string") return undefined;
    const groups: any[] = api.GetDomainData?.()?.Groups ?? [];
    const closed = api.IsAlertBoxClosed() === true;
    const granted = active.split(",");
    const said: Snapshot = {};
    for (const { CustomGroupId, OptanonGroupId } of groups) {
      const id = CustomGroupId ?? OptanonGroupId;
      if (typeof id == "string") said[id] = !closed ? "unknown" : granted.includes(id) ? "granted" : "denied";
    }
    return said;
  },
  readSync: () => undefined,
  subscribe(changed) {
    addEventListener("OneTrustGroupsUpdated", () => changed(acting()));
  },
  map: { C0002: "measurement", C0004: "marketing" },
});
