// Who may grant, who may refuse, and when it is told.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { world, type World } from "./world.js";
import { start, type Host } from "../ts/consent/authority.js";
import { emit } from "../ts/consent/emit.js";
import type { Rule } from "../ts/consent/source.js";

let w: World;
beforeEach(() => {
  w = world();
  mock.timers.enable({ apis: ["setTimeout"] });
});
afterEach(() => mock.timers.reset());

/** All tasks that are due, with the chunks that they load. */
const settle = async (ms = 0) => {
  for (let round = 0; round < 6; round++) await new Promise((resolve) => setImmediate(resolve));
  mock.timers.tick(ms);
  for (let round = 0; round < 6; round++) await new Promise((resolve) => setImmediate(resolve));
};

/** As much of the engine as a host shows: a grant to grants, what ends one withdraws it. */
function host(before: Record<string, { state: string; source?: string }> = {}, own = false) {
  const choices = { ...before };
  const said: [string, Record<string, string>, boolean, string][] = [];
  const diagnoses: string[] = [];
  let rules = (_: string) => "";
  const of: Host = {
    choices: () => choices,
    told(source, purposes, acted, cookie) {
      said.push([source, { ...purposes }, acted, cookie]);
      for (const [purpose, state] of Object.entries(purposes)) {
        const ended = state != "granted" && /granted|withdrawn/.test(choices[purpose]?.state ?? "");
        choices[purpose] = { state: ended ? "withdrawn" : state, source };
      }
    },
    own: () => own,
    rules: (authority) => { rules = authority; },
    diagnose: (code, where) => diagnoses.push(`${code} ${where}`),
  };
  return { of, choices, said, diagnoses, authority: (purpose: string) => rules(purpose), state: (purpose: string) => choices[purpose]?.state };
}

/** A Klaro of one service for each category, which the test turns on and off. */
function klaro(saved: Record<string, boolean>, confirmed = true) {
  const manager: any = { config: { services: Object.keys(saved).map((name) => ({ name })) }, confirmed, savedConsents: saved, watchers: [], storageMethod: "cookie", storageName: "klaro",
    watch(watcher: any) { manager.watchers.push(watcher); },
    save(more: Record<string, boolean>) {
      Object.assign(manager, { confirmed: true, savedConsents: { ...manager.savedConsents, ...more } });
      for (const watcher of manager.watchers) watcher.update(manager, "saveConsents", { type: "save" });
    } };
  w.set("klaro", { getManager: () => manager });
  return manager;
}

/** A TCF CMP that says what the test tells it to. */
function tcf() {
  let hear: ((data: object, success: boolean) => void) | undefined;
  w.set("__tcfapi", (_: string, __: number, listener: typeof hear) => { hear = listener; });
  return (eventStatus: string, ...ids: number[]) =>
    hear?.({ eventStatus, tcString: "a.c", publisher: { consents: Object.fromEntries(ids.map((id) => [id, true])) } }, true);
}

const NAMES = { personalization: false, analytics: false };
const begin = (of: Host, rule: Rule = {}) => start(of, rule);

test("a refusal ends a grant before the call returns; a grant comes once its task is over, with the source's own record", async () => {
  const manager = klaro(NAMES, false);
  const sdk = host();
  begin(sdk.of);
  await settle();
  assert.deepEqual(sdk.said.at(-1), ["klaro", { personalization: "unknown", measurement: "unknown" }, false, ""]);
  w.cookie("klaro", "yes");
  manager.save({ personalization: true, analytics: true });
  assert.equal(sdk.state("personalization"), "unknown");
  await settle();
  assert.deepEqual(sdk.said.at(-1), ["klaro", { personalization: "granted", measurement: "granted" }, true, "klaro=yes"]);
  manager.save({ personalization: false });
  assert.deepEqual([sdk.state("personalization"), sdk.state("measurement")], ["withdrawn", "granted"]);
});

test("a default of Consent Mode and a TCF that never answers do not stand in the way of a grant, and the silence is told", async () => {
  w.set("dataLayer", [["consent", "default", { personalization_storage: "denied", analytics_storage: "denied" }]]);
  w.set("__tcfapi", () => {});
  const manager = klaro(NAMES, false);
  const sdk = host();
  begin(sdk.of);
  await settle();
  manager.save({ personalization: true, analytics: true });
  await settle(20_000);
  assert.deepEqual([sdk.state("personalization"), sdk.state("measurement")], ["granted", "granted"]);
  assert.deepEqual(sdk.diagnoses, ["VT-CONSENT-SILENT tcf"]);
});

test("two that disagree: only the authority grants; the other refuses by an act of the visitor alone", async () => {
  const says = tcf();
  const manager = klaro({ personalization: true, analytics: false });
  const sdk = host();
  begin(sdk.of);
  await settle();
  assert.deepEqual([sdk.state("personalization"), sdk.state("measurement")], ["granted", "denied"]);
  says("tcloaded", 1, 8);
  await settle();
  assert.deepEqual([sdk.state("personalization"), sdk.state("measurement"), sdk.state("experiments")], ["granted", "denied", "granted"],
    "as it was; and what the authority does not ask is the next one's");
  says("useractioncomplete");
  assert.equal(sdk.state("personalization"), "withdrawn");
  assert.deepEqual(sdk.diagnoses, ["VT-CONSENT-DISAGREE personalization: klaro, tcf", "VT-CONSENT-DISAGREE measurement: klaro, tcf"]);
  manager.save({ personalization: true });
  await settle(2_000);
  assert.deepEqual(sdk.said.at(-1)!.slice(0, 3), ["klaro", { personalization: "granted", measurement: "denied" }, true], "said as a new act");
});

test("one that never answers grants nothing, and nobody after it does", async () => {
  w.set("klaro", { getManager: () => undefined });
  const says = tcf();
  const sdk = host();
  begin(sdk.of);
  await settle();
  says("tcloaded", 1, 5, 6, 8);
  await settle(20_000);
  assert.deepEqual([sdk.said, sdk.diagnoses], [[], ["VT-CONSENT-SILENT klaro"]]);
  assert.equal(sdk.authority("personalization"), "", "the site's own call may still be the answer");
});

test("one that comes late is noticed, asked, and rules from then on", async () => {
  const sdk = host();
  w.set("dataLayer", [["consent", "update", { analytics_storage: "granted" }]]);
  begin(sdk.of);
  await settle(500);
  assert.equal(sdk.state("measurement"), "granted");
  klaro({ analytics: false, personalization: true });
  await settle(3_000);
  await settle(3_000);
  assert.deepEqual([sdk.state("measurement"), sdk.state("personalization")], ["withdrawn", "granted"]);
  assert.equal(sdk.authority("measurement"), "klaro");
});

test("ten thousand changes in a second: each refusal holds at once, few are told, the last one stands", async () => {
  const manager = klaro(NAMES);
  const sdk = host();
  begin(sdk.of);
  await settle();
  const before = sdk.said.length;
  for (let turn = 0; turn < 10_000; turn++) {
    manager.save({ personalization: turn % 2 == 0 });
    if (turn % 2) assert.notEqual(sdk.state("personalization"), "granted");
    if (turn % 100 == 0) await settle();
  }
  manager.save({ personalization: true });
  await settle(1_500);
  assert.equal(sdk.state("personalization"), "granted");
  assert.ok(sdk.said.length - before < 10, `${sdk.said.length - before} were told`);
});

test("beside the site's own banner others only refuse", async () => {
  const manager = klaro({ personalization: true, analytics: true });
  const sdk = host({ measurement: { state: "granted", source: "preference" } }, true);
  begin(sdk.of);
  await settle();
  assert.deepEqual([sdk.said, sdk.authority("personalization")], [[], ""]);
  manager.save({ analytics: false });
  assert.equal(sdk.state("measurement"), "withdrawn");
});

test("a named one is the only one that is asked; if it is not there, nobody is", async () => {
  klaro({ personalization: true, analytics: true });
  const sdk = host({}, true);
  begin(sdk.of, { authority: "didomi" });
  await settle(20_000);
  assert.deepEqual([sdk.said, sdk.diagnoses, sdk.authority("personalization")], [[], ["VT-CONSENT-SILENT didomi"], "didomi"]);
});

for (const [title, saved, map, expected, unmapped] of [
  ["by name", { Personalisation: true, Statistics: false, functional: true }, undefined, { personalization: "granted", measurement: "denied" }, false],
  ["by the site's map, which is all there is then", { a: true, analytics: true }, { a: ["personalization", "experiments"] }, { personalization: "granted", experiments: "granted" }, false],
  ["two that stand for one purpose: both must be granted", { a: true, b: false }, { a: "personalization", b: "personalization" }, { personalization: "denied" }, false],
  ["nothing stands for personalization", { functional: true, ads: true }, undefined, { marketing: "granted" }, true],
  ["purposes that nobody knows", { a: true }, { a: ["sales", "__proto__", "personalization"] }, { personalization: "granted" }, false],
] as [string, Record<string, boolean>, Rule["map"], Record<string, string>, boolean][]) {
  test(`categories: ${title}`, async () => {
    klaro(saved);
    const sdk = host();
    begin(sdk.of, { map: map! });
    await settle();
    assert.deepEqual(sdk.said.map(([, purposes]) => purposes), [expected]);
    assert.deepEqual(sdk.diagnoses, unmapped ? ["VT-CONSENT-UNMAPPED klaro"] : []);
  });
}

test("a grant of another page is good as soon as its source's own record says so, and over as soon as the source does", async () => {
  w.cookie("klaro", encodeURIComponent(JSON.stringify({ personalization: true, analytics: true })));
  w.set("klaroConfig", { services: [{ name: "personalization" }, { name: "analytics" }] });
  const sdk = host({ personalization: { state: "unknown", source: "klaro" }, measurement: { state: "unknown", source: "preference" } });
  begin(sdk.of);
  await settle();
  assert.deepEqual(sdk.said.map(([source, purposes, acted]) => [source, purposes, acted]), [["klaro", { personalization: "granted" }, false]]);
  klaro({ personalization: false, analytics: false });
  await settle(500);
  assert.equal(sdk.state("personalization"), "withdrawn");
});

test("a grant of another page whose source is not here any more is told, and not in force", async () => {
  const sdk = host({ personalization: { state: "unknown", source: "klaro" } });
  begin(sdk.of);
  await settle(20_000);
  assert.deepEqual([sdk.said, sdk.diagnoses], [[], ["VT-CONSENT-SILENT klaro"]]);
});

test("what throws is no answer, and nothing is thrown into the page", async () => {
  w.set("klaro", { getManager() { throw new Error("no"); } });
  w.set("CookieConsent", { validConsent() { throw new Error("no"); }, getConfig: () => ({}) });
  w.set("__gpp", () => { throw new Error("no"); });
  const sdk = host();
  begin(sdk.of);
  await settle(20_000);
  assert.deepEqual(sdk.said, []);
});

test("Consent Mode hears what was chosen here, once, in the form that its reader takes, and it is no news to us", async () => {
  const layer: any[] = [];
  w.set("dataLayer", layer);
  const sdk = host({ measurement: { state: "granted", source: "preference" }, personalization: { state: "granted", source: "klaro" } }, true);
  let changed = () => {};
  emit({ choices: sdk.of.choices, changed: (listener) => { changed = listener; } });
  begin(sdk.of);
  await settle();
  sdk.choices.marketing = { state: "denied", source: "preference" };
  changed();
  changed();
  await settle();
  assert.deepEqual(layer.map((entry) => [Object.prototype.toString.call(entry), ...entry]), [
    ["[object Arguments]", "consent", "update", { analytics_storage: "granted" }],
    ["[object Arguments]", "consent", "update", { analytics_storage: "granted", ad_storage: "denied", ad_user_data: "denied", ad_personalization: "denied" }],
  ]);
  assert.deepEqual(sdk.said, []);
});
