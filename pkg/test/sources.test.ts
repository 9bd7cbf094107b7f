// Each source by itself, over as much of its vendor as the contract says: what it reads, and when it says that it has.

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { world, type World } from "./world.js";
import { By, type Rule, type Snapshot, type Source } from "../ts/consent/source.js";
import * as axeptio from "../ts/consent/axeptio.js";
import * as commandersAct from "../ts/consent/commanders-act.js";
import * as consentMode from "../ts/consent/consent-mode.js";
import * as didomi from "../ts/consent/didomi.js";
import * as gpp from "../ts/consent/gpp.js";
import * as klaro from "../ts/consent/klaro.js";
import * as onetrust from "../ts/consent/onetrust.js";
import * as osano from "../ts/consent/osano.js";
import * as tarteaucitron from "../ts/consent/tarteaucitron.js";
import * as tcf from "../ts/consent/tcf.js";
import * as transcend from "../ts/consent/transcend.js";
import * as vanilla from "../ts/consent/vanilla-cookieconsent.js";

type Row = [title: string, arrange: (w: World) => void, expected: Snapshot | undefined, by?: By[]];

let w: World;
beforeEach(() => { w = world(); });

/** Arranges a page, opens the source, listens, and lets `act` of the row happen. */
function rows(name: string, open: (rule: Rule) => Source, list: Row[], rule: Rule = {}) {
  describe(name, () => {
    for (const [title, arrange, expected, by] of list)
      test(title, () => {
        arrange(w);
        const source = open(rule);
        const heard: By[] = [];
        source.subscribe((by) => heard.push(by));
        for (const act of w.acts) act();
        const read = source.read();
        assert.deepEqual(read && { ...read }, expected);
        if (by) assert.deepEqual(heard, by);
      });
  });
}

const cookieConsent = (valid: boolean, accepted: string[]) => ({
  validConsent: () => valid,
  acceptedCategory: (name: string) => accepted.includes(name),
  getConfig: (field: string) => ({ categories: { necessary: {}, analytics: {}, tailored: {} }, cookie: { name: "cc_cookie" } })[field as "cookie"],
});
const kept = (more: object) => encodeURIComponent(JSON.stringify({ categories: ["analytics"], consentId: "x", expirationTime: Date.now() + 1e6, ...more }));
rows("vanilla-cookieconsent", vanilla.open, [
  ["not there", () => {}, undefined],
  ["there and not run", (w) => w.set("CookieConsent", { ...cookieConsent(true, []), getConfig: () => undefined }), undefined],
  ["before a choice", (w) => w.set("CookieConsent", cookieConsent(false, [])), { necessary: "unknown", analytics: "unknown", tailored: "unknown" }],
  ["granted", (w) => w.set("CookieConsent", cookieConsent(true, ["necessary", "analytics", "tailored"])), { necessary: "granted", analytics: "granted", tailored: "granted" }],
  ["in part", (w) => w.set("CookieConsent", cookieConsent(true, ["necessary", "analytics"])), { necessary: "granted", analytics: "granted", tailored: "denied" }],
  ["a new revision: accepted, and not valid", (w) => w.set("CookieConsent", cookieConsent(false, ["analytics"])), { necessary: "unknown", analytics: "unknown", tailored: "unknown" }],
  ["its events: only the visitor's are acts", (w) => {
    w.set("CookieConsent", cookieConsent(true, []));
    for (const name of ["onFirstConsent", "onConsent", "onChange"]) w.act(() => w.fire(`cc:${name}`));
  }, { necessary: "denied", analytics: "denied", tailored: "denied" }, [By.Visitor, By.State, By.Visitor]],
  ["a module without a global, until its event comes", (w) => w.cookie("cc_cookie", kept({})), undefined],
  ["a module, once its event came", (w) => { w.cookie("cc_cookie", kept({})); w.act(() => w.fire("cc:onConsent")); }, { analytics: "granted" }],
]);
describe("vanilla-cookieconsent, its own record", () => {
  for (const [title, value, expected] of [
    ["none", undefined, undefined],
    ["as it writes it", kept({}), { analytics: "granted" }],
    ["over", kept({ expirationTime: Date.now() - 1 }), undefined],
    ["forged: no id", kept({ consentId: undefined }), undefined],
    ["forged: no list", kept({ categories: "analytics" }), undefined],
    ["cut in half", kept({}).slice(0, 20), undefined],
    ["not encoded", "%E0%A4%A", undefined],
  ] as [string, string | undefined, Snapshot | undefined][])
    test(title, () => {
      if (value) w.cookie("cc_cookie", value);
      assert.deepEqual(vanilla.open().readSync(), expected);
    });
});

const manager = (more: object) => ({
  config: { services: [{ name: "numbers", purposes: ["analytics"] }, { name: "shelves", purposes: ["tailored"] }, { name: "more", purposes: ["tailored"] }] },
  confirmed: true, consents: {}, storageMethod: "cookie", storageName: "klaro",
  watch(watcher: any) { w.act(() => (this as any).news?.forEach(([name, data]: any[]) => watcher.update(this, name, data))); },
  ...more,
});
const asKlaro = (more: object) => { const of = manager(more); return { getManager: () => of }; };
rows("klaro", klaro.open, [
  ["not there", () => {}, undefined],
  ["without configuration it throws", (w) => w.set("klaro", { getManager() { throw new Error("none"); } }), undefined],
  ["before a choice, whatever the defaults say", (w) => w.set("klaro", asKlaro({ confirmed: false, savedConsents: { numbers: true } })),
    { numbers: "unknown", analytics: "unknown", shelves: "unknown", tailored: "unknown", more: "unknown" }],
  ["saved; a purpose needs all of its services", (w) => w.set("klaro", asKlaro({ savedConsents: { numbers: true, shelves: true, more: false } })),
    { numbers: "granted", analytics: "granted", shelves: "granted", tailored: "denied", more: "denied" }],
  ["switches that move are not saved yet", (w) => w.set("klaro", asKlaro({ consents: { numbers: true }, savedConsents: {}, news: [["consents", {}]] })),
    { numbers: "denied", analytics: "denied", shelves: "denied", tailored: "denied", more: "denied" }, [By.State]],
  ["saved by a person, saved by a script", (w) => w.set("klaro", asKlaro({ savedConsents: {}, news: [["saveConsents", { type: "save" }], ["saveConsents", { type: "script" }]] })),
    { numbers: "denied", analytics: "denied", shelves: "denied", tailored: "denied", more: "denied" }, [By.State, By.Visitor, By.Update]],
]);

const tac = (state: object, more: object = {}) => ({ state, parameters: {}, job: ["numbers", "shelves"], services: { numbers: { type: "analytic" } }, highPrivacy: true, ...more });
rows("tarteaucitron", tarteaucitron.open, [
  ["not started", (w) => w.set("tarteaucitron", { state: {} }), undefined],
  ["waits", (w) => { w.set("tarteaucitron", tac({})); w.cookie("tarteaucitron", "!numbers=wait!shelves=wait"); w.act(() => w.fire("tac.consent_updated")); },
    { numbers: "unknown", analytic: "unknown", shelves: "unknown" }, []],
  ["answered", (w) => { w.set("tarteaucitron", tac({ numbers: true, shelves: false })); w.cookie("tarteaucitron", "!numbers=true!shelves=false"); },
    { numbers: "granted", analytic: "granted", shelves: "denied" }],
  ["a yes that only the cookie says", (w) => { w.set("tarteaucitron", tac({})); w.cookie("tarteaucitron", "!numbers=true"); }, { numbers: "unknown", analytic: "unknown", shelves: "unknown" }],
  ["a forged cookie", (w) => { w.set("tarteaucitron", tac({ numbers: true })); w.cookie("tarteaucitron", "!numbers=trueish!shelves=1"); }, { numbers: "unknown", analytic: "unknown", shelves: "unknown" }],
  ["walking on counts as a yes there, and not here", (w) => { w.set("tarteaucitron", tac({ numbers: true }, { highPrivacy: false })); w.cookie("tarteaucitron", "!numbers=true"); },
    { numbers: "unknown", analytic: "unknown", shelves: "unknown" }],
  ["its event after an answer", (w) => {
    w.set("tarteaucitron", tac({ numbers: true }));
    w.cookie("tarteaucitron", "!numbers=wait");
    w.act(() => { w.cookie("tarteaucitron", "!numbers=true"); w.fire("tac.consent_updated"); });
  }, { numbers: "granted", analytic: "granted", shelves: "unknown" }, [By.Visitor]],
]);

class Popup {
  options = { cookie: { name: "own_status" } };
  setStatus(value: string) { w.cookie("own_status", value); return value; }
  clearStatus() { w.cookie("own_status", ""); }
}
rows("osano", osano.open, [
  ["not there", () => {}, undefined],
  ["before a choice", (w) => w.set("cookieconsent", { Popup: class {} }), { cookies: "unknown" }],
  ...(["allow:granted", "deny:denied", "dismiss:unknown", "allowed:unknown"].map((pair) => {
    const [value, state] = pair.split(":") as [string, "granted"];
    return [`status ${value}`, (w: World) => { w.set("cookieconsent", { Popup: class {} }); w.cookie("cookieconsent_status", value); }, { cookies: state }] as Row;
  })),
  ["its popup, under its own name", (w) => {
    w.set("cookieconsent", { Popup: class extends Popup {
      override setStatus(value: string) { return super.setStatus(value); }
      override clearStatus() { super.clearStatus(); }
    } });
    w.act(() => assert.equal(new (w.page.cookieconsent.Popup)().setStatus("allow"), "allow"));
  }, { cookies: "granted" }, [By.Visitor]],
]);

/** With a segment of the publisher's own consents; without one. */
const [PUBLISHER, CORE] = ["CQuFeUAQuFeU.caRAAAAAAAA", "CQuFeUAQuFeU"];
const yes = (...ids: number[]) => Object.fromEntries(ids.map((id) => [id, true]));
const api = (...events: object[]) => (command: string, version: number, hear: (data: object, success: boolean) => void) => {
  assert.deepEqual([command, version], ["addEventListener", 2]);
  for (const event of events) w.act(() => hear({ cmpStatus: "loaded", gdprApplies: true, tcString: PUBLISHER, publisher: { consents: {} }, ...event }, true));
};
const every = (state: "granted" | "denied" | "unknown") => ({ personalization: state, measurement: state, experiments: state });
const publisher = (...ids: number[]) => ({ eventStatus: "tcloaded", publisher: { consents: yes(...ids) } });
rows("tcf, the publisher's own consents", tcf.open, [
  ["never answers", (w) => w.set("__tcfapi", () => {}), undefined],
  ["asks", (w) => w.set("__tcfapi", api({ eventStatus: "cmpuishown" })), every("unknown"), [By.State]],
  ["loaded with everything", (w) => w.set("__tcfapi", api(publisher(1, 5, 6, 8, 9))), every("granted"), [By.State]],
  ["an act of the visitor", (w) => w.set("__tcfapi", api({ ...publisher(1, 8), eventStatus: "useractioncomplete" })), { ...every("granted"), personalization: "denied" }, [By.Visitor]],
  ["no storage, nothing else", (w) => w.set("__tcfapi", api(publisher(5, 6, 8, 9))), every("denied")],
  ["profile without content", (w) => w.set("__tcfapi", api(publisher(1, 5, 9))), { personalization: "denied", measurement: "denied", experiments: "granted" }],
  ["consents for any vendor, none of the publisher's", (w) => w.set("__tcfapi", api({ eventStatus: "tcloaded", tcString: CORE, purpose: { consents: yes(1, 5, 6, 8) }, vendor: { consents: yes(1, 2, 755) } })), every("unknown")],
  ["its dialog is open again: what was before goes on", (w) => w.set("__tcfapi", api(publisher(1, 5, 6, 8), { eventStatus: "cmpuishown" })), every("granted")],
  ["in error", (w) => w.set("__tcfapi", api({ ...publisher(1, 5, 6, 8), cmpStatus: "error" })), undefined],
  ["where the law does not apply nobody was asked", (w) => w.set("__tcfapi", api({ ...publisher(1, 5, 6, 8), gdprApplies: false })), undefined],
  ["a string cut in half", (w) => w.set("__tcfapi", api({ eventStatus: "tcloaded", tcString: PUBLISHER.slice(0, 6), publisher: undefined })), every("unknown")],
  ["nothing at all", (w) => w.set("__tcfapi", (_: string, __: number, hear: any) => w.act(() => { hear(undefined, false); hear(null, true); })), undefined],
]);
const one = (more: object) => ({ eventStatus: "tcloaded", tcString: CORE, purpose: { consents: yes(1, 5, 6, 8) }, vendor: { consents: { 755: true } }, ...more });
rows("tcf, one vendor", tcf.open, [
  ["allowed", (w) => w.set("__tcfapi", api(one({}))), every("granted")],
  ["another one is allowed", (w) => w.set("__tcfapi", api(one({ vendor: { consents: { 756: true } } }))), every("denied")],
  ["the publisher forbids it a purpose", (w) => w.set("__tcfapi", api(one({ publisher: { restrictions: { 6: { 755: 0 } } } }))), { ...every("granted"), personalization: "denied" }],
], { authority: "tcf:755" });
rows("tcf, in a frame", tcf.open, [
  ["asks its ancestor, and believes nobody else", (w) => {
    const asked: any[] = [];
    const top = { frames: { __tcfapiLocator: {} }, postMessage: (message: any) => asked.push(message) } as any;
    top.parent = top;
    w.set("parent", top);
    w.act(() => {
      const { callId, command } = asked[0].__tcfapiCall;
      assert.equal(command, "addEventListener");
      const answer = (consents: object) => ({ __tcfapiReturn: { callId, success: true, returnValue: { eventStatus: "tcloaded", cmpStatus: "loaded", tcString: PUBLISHER, publisher: { consents } } } });
      w.fire("message", { source: {}, data: answer(yes(1, 5, 6, 8)) });
      w.fire("message", { source: top, data: "{not JSON" });
      w.fire("message", { source: top, data: JSON.stringify(answer({})) });
    });
  }, every("denied"), [By.State]],
]);

const us = (section: unknown, more: object = {}) => (command: string, hear: (event: object) => void) => {
  assert.equal(command, "addEventListener");
  w.act(() => hear({ eventName: "signalStatus", pingData: { signalStatus: "ready", applicableSections: [7], parsedSections: { usnat: section }, ...more } }));
};
const stays = { SaleOptOut: 2, SharingOptOut: 2, TargetedAdvertisingOptOut: 2, KnownChildSensitiveDataConsents: [0, 0], Gpc: false };
const gppRows = (kept: Snapshot[string]): Row[] => [
  ["not ready", (w) => w.set("__gpp", us(stays, { signalStatus: "not ready" })), undefined],
  ["nobody opted out", (w) => w.set("__gpp", us(stays)), { all: kept }],
  ["in parts", (w) => w.set("__gpp", us([{ ...stays }, { Gpc: false }])), { all: kept }],
  ["nothing was asked", (w) => w.set("__gpp", us({ SaleOptOut: 0 })), { all: "unknown" }],
  ["another law", (w) => w.set("__gpp", us({ ...stays, SaleOptOut: 1 }, { applicableSections: [2] })), { all: "unknown" }],
  ["GPC in a part", (w) => w.set("__gpp", us([stays, { Gpc: true }])), { all: "denied" }],
  ["a child", (w) => w.set("__gpp", us({ ...stays, KnownChildSensitiveDataConsents: [0, 2] })), { all: "denied" }],
  ...["SaleOptOut", "SharingOptOut", "TargetedAdvertisingOptOut"].map((field) => [field, (w: World) => w.set("__gpp", us({ ...stays, [field]: 1 })), { all: "denied" }] as Row),
];
rows("gpp, named by the site", gpp.open, gppRows("granted"), { authority: "gpp" });
rows("gpp, found: no opt-out is no consent", gpp.open, gppRows("unknown"));

const mode = (...entries: unknown[][]) => (w: World) => w.set("dataLayer", entries);
rows("consent mode", consentMode.open, [
  ["no data layer", () => {}, undefined],
  ["a default is nobody's act", mode(["consent", "default", { analytics_storage: "granted" }]), {}],
  ["an update", mode(["consent", "update", { analytics_storage: "granted", ad_storage: "denied", wait_for_update: 500 }]), { analytics_storage: "granted", ad_storage: "denied" }],
  ["the last one counts", mode(["consent", "update", { analytics_storage: "granted" }], ["consent", "update", { analytics_storage: "denied" }]), { analytics_storage: "denied" }],
  ["later ones, and the page's own push", (w) => {
    const layer: any[] = [];
    w.set("dataLayer", layer);
    w.act(() => assert.equal(layer.push({ event: "x" }, ["consent", "update", { analytics_storage: "granted" }]), 2));
    w.act(() => layer.push({ event: "y" }));
  }, { analytics_storage: "granted" }, [By.Update]],
  ["odd entries", mode(null as any, 7 as any, ["consent"], ["consent", "update", null], ["consent", "update", { a: "maybe" }]), {}],
]);

const trust = (closed: boolean, active: string) => (w: World) => {
  w.set("OneTrust", { IsAlertBoxClosed: () => closed, GetDomainData: () => ({ Groups: [{ CustomGroupId: "C0002" }, { OptanonGroupId: "C0004" }] }) });
  w.set("OnetrustActiveGroups", active);
};
rows("onetrust (contract)", onetrust.open, [
  ["not there", () => {}, undefined],
  ["active before a choice", trust(false, ",C0001,C0002,"), { C0002: "unknown", C0004: "unknown" }],
  ["chosen", (w) => { trust(true, ",C0001,C0002,")(w); w.act(() => w.fire("OneTrustGroupsUpdated")); }, { C0002: "granted", C0004: "denied" }, [By.Update]],
]);
const status = (open: boolean) => (w: World) => {
  w.set("Didomi", { getCurrentUserStatus: () => ({ purposes: { cookies: { enabled: true }, ads: { enabled: false }, odd: {} } }), shouldUserStatusBeCollected: () => open, on: (_: string, hear: () => void) => w.act(hear) });
  w.set("didomiOnReady", { push: (run: () => void) => run() });
};
rows("didomi (contract)", didomi.open, [
  ["before a choice", status(true), { cookies: "unknown", ads: "unknown", odd: "unknown" }],
  ["chosen", status(false), { cookies: "granted", ads: "denied", odd: "unknown" }, [By.State, By.Visitor]],
]);
const act = (consent: object) => (w: World) => w.set("cact", (name: string, hear: (result: object) => void) => w.act(() => name == "consent.get" && hear({ consent })));
rows("commanders act (contract)", commandersAct.open, [
  ["before a choice", act({ status: "unset", categories: { 1: { status: "on" } } }), { 1: "unknown" }],
  ["mixed", act({ status: "mixed", categories: { 1: { status: "on" }, 2: { status: "off" }, 3: {} } }), { 1: "granted", 2: "denied", 3: "unknown" }],
  ["nothing", act({}), undefined],
]);
const choices = (of: unknown) => (w: World) => w.set("_axcb", { push: (run: (sdk: object) => void) => run({ on: (_: string, hear: (of: unknown) => void) => w.act(() => hear(of)) }) });
rows("axeptio (contract)", axeptio.open, [
  ["chosen", choices({ $$completed: true, ga: true, ads: false, odd: 1 }), { ga: "granted", ads: "denied", odd: "unknown" }, [By.Update]],
  ["nothing", choices(null), undefined],
]);
const airgap = (consent: object) => (w: World) => w.set("airgap", { ready: (run: (api: object) => void) => w.act(() => run({ getConsent: () => consent, addEventListener() {} })) });
rows("transcend (contract)", transcend.open, [
  ["before a choice", airgap({ confirmed: false, purposes: { Analytics: true } }), { Analytics: "unknown" }],
  ["chosen", airgap({ confirmed: true, purposes: { Analytics: true, Advertising: false, Functional: "Auto" } }), { Analytics: "granted", Advertising: "denied", Functional: "unknown" }, [By.State]],
]);
