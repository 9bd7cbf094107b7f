/** Says in Google's Consent Mode v2 what the visitor chose here, for the other scripts of the page. */

import { ours, page } from "./source.js";

/** Its signals, by purpose. A stable id for splits is nothing that it knows. */
const SIGNALS: Record<string, string[]> = {
  measurement: ["analytics_storage"],
  personalization: ["personalization_storage"],
  marketing: ["ad_storage", "ad_user_data", "ad_personalization"],
};

interface Choices {
  choices(): Record<string, { state: string; source?: string } | undefined>;
  changed(listener: () => void): void;
}

/** Says it now and after each change, where there is a data layer and the choice was made with this SDK. */
export function emit(host: Choices): void {
  let before = "";
  let planned = false;
  const say = () => {
    planned = false;
    const said: Record<string, string> = {};
    for (const [purpose, signals] of Object.entries(SIGNALS)) {
      const choice = host.choices()[purpose];
      if (choice?.source != "preference" || choice.state == "unknown") continue;
      for (const signal of signals) said[signal] = choice.state == "granted" ? "granted" : "denied";
    }
    const text = JSON.stringify(said);
    if (!Object.keys(said).length || text == before || !Array.isArray(page.dataLayer)) return;
    before = text;
    // The very form that gtag leaves there: its reader takes no array.
    (function (..._: unknown[]) {
      ours.add(arguments);
      page.dataLayer.push(arguments);
    })("consent", "update", said);
  };
  say();
  host.changed(() => {
    if (!planned) queueMicrotask(say);
    planned = true;
  });
}
