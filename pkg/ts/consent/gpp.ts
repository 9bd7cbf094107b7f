/**
 * IAB GPP, the American sections. An opt-out of sale, sharing or targeted advertising, GPC and a child's flags deny.
 * That nobody opted out is no consent: it grants only where the site names GPP as its authority, since then it answers
 * for the law that asks no more. European choices are TCF's to say.
 */

import { acting, By, page, type Rule, type Said, type Source } from "./source.js";

const OPT_OUTS = ["SaleOptOut", "SharingOptOut", "TargetedAdvertisingOptOut"];

export function open(rule: Rule): Source {
  let last: Said | undefined;

  const verdict = (ping: any): Said => {
    const applies: unknown[] = Array.isArray(ping.applicableSections) ? ping.applicableSections : [];
    if (!applies.some((id) => typeof id == "number" && id >= 7)) return "unknown";
    let [out, stays] = [false, false];
    for (const [name, section] of Object.entries(ping.parsedSections ?? {})) {
      if (!/^us/.test(name)) continue;
      // A section is its fields, or a list of its parts.
      for (const fields of [section].flat(2) as any[]) {
        if (typeof fields != "object" || !fields) continue;
        const child = [fields.KnownChildSensitiveDataConsents ?? 0].flat().some((flag) => flag !== 0);
        out ||= child || fields.Gpc === true || OPT_OUTS.some((field) => fields[field] === 1);
        stays ||= OPT_OUTS.some((field) => fields[field] === 2);
      }
    }
    return out ? "denied" : stays && rule.authority == "gpp" && !page.navigator.globalPrivacyControl ? "granted" : "unknown";
  };

  return {
    read: () => last && { all: last },
    readSync: () => undefined,
    subscribe(changed) {
      if (typeof page.__gpp != "function") return;
      page.__gpp("addEventListener", (event: any) => {
        const ping = event?.pingData;
        if (ping?.signalStatus != "ready" || ping.cmpStatus == "error") return;
        last = verdict(ping);
        changed(event.eventName == "sectionChange" ? acting() : By.State);
      });
    },
    map: { all: ["personalization", "measurement", "experiments", "marketing"] },
  };
}
