/**
 * IAB TCF 2.3, in this window or, where the page is in a frame, in one of its ancestors. The publisher's own consents
 * count, or those for one configured vendor (`tcf:755`): never those for any vendor.
 */

import { ancestor, By, page, type Rule, type Said, type Snapshot, type Source } from "./source.js";

/** Which of TCF's purposes stand for one of ours, all of them; or one more of the last. */
const NEEDS: Record<string, [all: number[], one?: number[]]> = {
  personalization: [[1, 5, 6]],
  measurement: [[1, 8]],
  experiments: [[1], [8, 9]],
};
const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Whether the string carries a segment of the publisher's own consents: without it they were never asked. */
const publisherAsked = (text: unknown) =>
  String(text ?? "").split(".").slice(1).some((segment) => BASE64.indexOf(segment[0]!) >> 3 == 3);

export function open(rule: Rule): Source {
  const vendor = /^tcf:(\d+)$/.exec(rule.authority ?? "")?.[1];
  let last: Snapshot | undefined;

  const take = (data: any): Snapshot | undefined => {
    if (!data || data.cmpStatus == "error" || data.gdprApplies === false) return undefined;
    const asked = vendor ? data.purpose?.consents : publisherAsked(data.tcString) && data.publisher?.consents;
    const allowed = vendor ? data.vendor?.consents?.[vendor] === true : true;
    const holds = (purpose: number) =>
      allowed && asked[purpose] === true && !(vendor && data.publisher?.restrictions?.[purpose]?.[vendor] === 0);
    const said: Snapshot = {};
    for (const [name, [all, one]] of Object.entries(NEEDS)) {
      const granted = asked && all.every(holds) && (!one || one.some(holds));
      said[name] = (typeof asked != "object" || !asked ? "unknown" : granted ? "granted" : "denied") as Said;
    }
    return said;
  };

  return {
    read: () => last,
    readSync: () => undefined,
    subscribe(changed) {
      listen((data) => {
        const { eventStatus } = data ?? {};
        // While its dialog is open, what it says is not settled; what was before goes on.
        if (eventStatus == "cmpuishown") {
          last ??= Object.fromEntries(Object.keys(NEEDS).map((name) => [name, "unknown" as const]));
          return changed(By.State);
        }
        if (eventStatus != "tcloaded" && eventStatus != "useractioncomplete") return;
        const now = take(data);
        if (!now) return;
        last = now;
        changed(eventStatus == "useractioncomplete" ? By.Visitor : By.State);
      });
    },
    map: Object.fromEntries(Object.keys(NEEDS).map((name) => [name, name])),
  };
}

function listen(hear: (data: any) => void): void {
  const heard = (data: any, success: unknown) => success && hear(data);
  if (typeof page.__tcfapi == "function") return void page.__tcfapi("addEventListener", 2, heard);
  const frame = ancestor("__tcfapiLocator");
  if (!frame) return;
  const callId = `vitrine-${Math.random().toString(36).slice(2)}`;
  addEventListener("message", ({ source, data }) => {
    // Whoever else is in the page may post what it likes.
    if (source != frame) return;
    let message: any = data;
    if (typeof data == "string")
      try {
        message = JSON.parse(data);
      } catch {
        return;
      }
    const answer = message?.__tcfapiReturn;
    if (answer?.callId == callId) heard(answer.returnValue, answer.success);
  });
  frame.postMessage({ __tcfapiCall: { command: "addEventListener", version: 2, callId } }, "*");
}
