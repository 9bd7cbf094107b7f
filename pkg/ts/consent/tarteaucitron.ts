/**
 * tarteaucitron 1.34. Its event comes before any choice too (`wait`), and none comes on a reload after a refusal. Where
 * walking on counts as a yes (`highPrivacy: false`), nobody can tell a yes from walking on.
 */

import { By, page, pair, type Snapshot, type Source } from "./source.js";

const STATES = { true: "granted", false: "denied", wait: "unknown" } as const;

export function open(): Source {
  const api = () => (typeof page.tarteaucitron?.state == "object" ? page.tarteaucitron : undefined);
  const name = () => String(api()?.parameters?.cookieName ?? "tarteaucitron");
  let before = "";

  const statuses = () => {
    const of: Snapshot = {};
    for (const [, key, state] of pair(name()).matchAll(/!([^!=]+)=(true|false|wait)(?=!|$)/g))
      of[key!] = STATES[state as keyof typeof STATES];
    return of;
  };

  return {
    read() {
      const of = api();
      if (!of?.parameters || !Array.isArray(of.job)) return undefined;
      const kept = statuses();
      const said: Snapshot = {};
      for (const key of new Set<string>([...of.job, ...Object.keys(of.state)])) {
        const agreed = kept[key] == "granted" ? of.state[key] === true && of.highPrivacy !== false : true;
        const state = (agreed && kept[key]) || "unknown";
        // By service, and by the type of its services, of which the least allowed counts.
        for (const category of [key, of.services?.[key]?.type]) {
          const other = category && said[category];
          if (category) said[category] = other == "denied" || (other == "unknown" && state == "granted") ? other : state;
        }
      }
      return said;
    },
    readSync() {
      const kept = statuses();
      return Object.keys(kept).length ? kept : undefined;
    },
    subscribe(changed) {
      before = pair(name());
      document.addEventListener("tac.consent_updated", () => {
        const now = pair(name());
        if (now == before) return;
        const answered = /=(true|false)(!|$)/.test(now);
        before = now;
        // The event comes before its own state is set.
        changed(answered ? By.Visitor : By.State);
        queueMicrotask(() => changed(answered ? By.Visitor : By.State));
      });
    },
    cookie: () => pair(name()),
  };
}
