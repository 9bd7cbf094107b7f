/** Didomi, by its documented contract: `getCurrentUserStatus()`, `shouldUserStatusBeCollected()`, `consent.changed`. */

import { By, page, type Snapshot, type Source } from "./source.js";

export const open = (): Source => ({
  read() {
    const api = page.Didomi;
    const purposes = api?.getCurrentUserStatus?.()?.purposes;
    if (typeof purposes != "object" || !purposes) return undefined;
    const open = api.shouldUserStatusBeCollected?.() !== false;
    const said: Snapshot = {};
    for (const [id, of] of Object.entries<any>(purposes))
      said[id] = open ? "unknown" : of?.enabled === true ? "granted" : of?.enabled === false ? "denied" : "unknown";
    return said;
  },
  readSync: () => undefined,
  subscribe(changed) {
    // Ready already or ready later: its queue runs what is pushed either way.
    (page.didomiOnReady ||= []).push(() => {
      page.Didomi?.on?.("consent.changed", () => changed(By.Visitor));
      changed(By.State);
    });
  },
  map: {
    cookies: ["personalization", "measurement", "experiments"],
    create_content_profile: "personalization",
    select_personalized_content: "personalization",
    measure_content_performance: ["measurement", "experiments"],
  },
});
