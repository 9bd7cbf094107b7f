import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { codes, FakeCore, forget, seen } from "./fake.js";
import { Facade } from "../ts/facade.js";
import { createStub } from "../ts/stub.js";
import { diagnostic } from "../ts/emitter.js";

beforeEach(forget);

const config = { site: "shop", key: "pk", endpoint: "", deadline: 400, core: "", wasm: "" };

function page() {
  const [api, state] = createStub("1.2.3", () => {});
  const core = new FakeCore();
  const facade = new Facade(state, config, { openBanner: async () => {} });
  return { api, state, core, facade, start: () => facade.start(core.asClass, config) };
}

async function running() {
  const all = page();
  all.start();
  await all.core.ready();
  all.core.calls.length = 0;
  forget();
  return all;
}

test("the object is frozen, has own members only and nothing to enumerate but the API", () => {
  const { api } = page();
  for (const object of [api, api.consent, api.visitor]) {
    assert.ok(Object.isFrozen(object));
    assert.deepEqual(Object.keys(object).sort(), [...new Set(Object.keys(object))].sort());
  }
  assert.deepEqual(Object.keys(api).sort(), [
    "alias", "consent", "context", "decide", "diagnostics", "explain", "flush", "group", "identify", "inSegment", "inspect", "off",
    "on", "onSegment", "onSlot", "page", "preview", "ready", "reset", "seen", "segments", "start", "track", "version", "visitor",
  ]);
  assert.deepEqual(Object.keys(api.consent).sort(), ["get", "open", "restore", "set", "withdraw"]);
  assert.deepEqual(Object.keys(api.visitor).sort(), ["correct", "erase", "export", "id", "optOut", "prefer", "preferences", "profile", "receipts"]);
});

test("before the core is there, calls answer what is true of an undecided page", () => {
  const { api } = page();
  assert.deepEqual(api.decide("hero"), {
    slot: "hero", experience: null, variant: null, reason: "not_ready", holdout: false, content: null,
  });
  assert.deepEqual(api.segments(), []);
  assert.equal(api.inSegment("vip"), false);
  assert.equal(api.visitor.id(), null);
  assert.deepEqual(api.consent.get(), {});
  assert.equal(typeof api.on("ready", () => {}), "function");
  assert.ok(api.track("A") instanceof Promise);
});

test("what waited is done in order, with its own time and the values of its own time", async () => {
  const { api, core, start } = page();
  const before = Date.now();
  const properties = { sku: "a" };
  const first = api.track("One", properties);
  properties.sku = "b";
  api.consent.set({ personalization: "granted" });
  const second = api.track("Two", properties);
  start();
  assert.deepEqual(core.calls.map(([name]) => name), ["start"], "nothing is done before the engine is ready");
  const third = api.page("Three");
  await core.ready();
  assert.deepEqual(await Promise.all([first, second, third]), Array(3).fill({ status: "stored" }));
  const events = core.calls.filter(([name]) => name == "event");
  assert.deepEqual(core.calls.map(([name]) => name), ["start", "event", "consent_set", "event", "event"]);
  assert.deepEqual(events.map(([, kind, name]) => [kind, name]), [["track", "One"], ["track", "Two"], ["page", "Three"]]);
  assert.equal((events[0]![3] as any).sku, "a");
  for (const [, , , , options] of events) {
    const { timestamp } = options as { timestamp: number };
    assert.ok(timestamp >= before && timestamp <= Date.now());
  }
});

test("withdrawal does not wait, and a grant that waits is forgotten", async () => {
  const { api, core, start } = page();
  let undone = 0;
  start();
  api.consent.set({ personalization: "granted" });
  api.consent.withdraw();
  assert.deepEqual(core.calls.map(([name]) => name), ["start", "consent_withdraw"]);
  await core.ready();
  assert.deepEqual(core.calls.map(([name]) => name), ["start", "consent_withdraw"]);
  const early = page();
  early.state.applied.push({ undo: () => undone++ } as any);
  early.api.consent.withdraw("personalization");
  assert.equal(undone, 1, "what only the boot has done is taken back at once");
});

test("a method that was taken from the object before the core came goes on to work", async () => {
  const { api, core, start } = page();
  const { decide, track, consent } = api;
  start();
  await core.ready();
  assert.equal(decide("hero").reason, "matched");
  assert.deepEqual(await track("A"), { status: "stored" });
  assert.equal(consent.get().personalization.state, "granted");
});

const self: any = {};
self.self = self;
const deep = (levels: number): unknown => (levels ? { a: deep(levels - 1) } : 1);

for (const [title, call, code] of [
  ["an event without a name", (v) => v.track(""), "VT-EVENT-NAME"],
  ["an event whose name is not text", (v) => v.track({}), "VT-EVENT-NAME"],
  ["properties that are not an object", (v) => v.track("A", "b"), "VT-ARGUMENT"],
  ["properties that are a list", (v) => v.track("A", [1]), "VT-ARGUMENT"],
  ["properties that contain themselves", (v) => v.track("A", self), "VT-EVENT-TOO-DEEP"],
  ["properties nested 16 deep", (v) => v.track("A", deep(17)), "VT-EVENT-TOO-DEEP"],
  ["40 KB", (v) => v.track("A", { text: "x".repeat(40_000) }), "VT-EVENT-TOO-LARGE"],
  ["40 KB of two-byte letters", (v) => v.track("A", { text: "é".repeat(20_000) }), "VT-EVENT-TOO-LARGE"],
  ["a million keys", (v) => v.track("A", Object.fromEntries(Array.from({ length: 1e6 }, (_, i) => [i, true]))), "VT-EVENT-TOO-DEEP"],
  ["a function", (v) => v.track("A", { run: () => {} }), "VT-EVENT-VALUE"],
  ["a symbol in a list", (v) => v.track("A", { list: [Symbol("s")] }), "VT-EVENT-VALUE"],
  ["a BigInt", (v) => v.track("A", { n: 1n }), "VT-EVENT-VALUE"],
  ["a getter that throws", (v) => v.track("A", { get a() { throw new Error("page"); } }), "VT-EVENT-VALUE"],
  ["a proxy that throws", (v) => v.track("A", new Proxy({}, { ownKeys() { throw new Error("page"); } })), "VT-EVENT-VALUE"],
  ["a time that is none", (v) => v.track("A", {}, { timestamp: "soon" }), "VT-ARGUMENT"],
  ["a message id of 100 characters", (v) => v.track("A", {}, { messageId: "x".repeat(100) }), "VT-ID"],
  ["a page name that is a number", (v) => v.page(7), "VT-ARGUMENT"],
  ["an empty user id", (v) => v.identify(""), "VT-ID"],
  ["a user id of 100 emoji", (v) => v.identify("🎿".repeat(100)), "VT-ID"],
  ["a group that is null", (v) => v.group(null), "VT-ID"],
] as [string, (v: any) => unknown, string][]) {
  test(`refused, not thrown: ${title}`, async () => {
    const { api, core } = await running();
    assert.deepEqual(await call(api), { status: "dropped", reason: code });
    assert.deepEqual(codes(), [code]);
    assert.deepEqual(core.calls, []);
    const queued = page();
    const waiting = call(queued.api);
    queued.start();
    await queued.core.ready();
    assert.deepEqual(await waiting, { status: "dropped", reason: code });
  });
}

for (const [title, value, expected] of [
  ["undefined is left out", { a: 1, c: undefined }, { a: 1 }],
  ["in a list it is null", { a: [1, undefined] }, { a: [1, null] }],
  ["what is not finite is null", { a: NaN, b: Infinity }, { a: null, b: null }],
  ["a date is its text", { a: new Date(0), b: new Date(NaN) }, { a: "1970-01-01T00:00:00.000Z", b: null }],
  ["inherited members are left out", Object.assign(Object.create({ bad: 1 }), { good: 1 }), { good: 1 }],
  ["a member called __proto__ is a member", JSON.parse('{"__proto__": {"x": 1}}'), JSON.parse('{"__proto__": {"x": 1}}')],
  ["15 levels are allowed", deep(15), deep(15)],
  ["a user's emoji stay", { name: "Zoé 🎿" }, { name: "Zoé 🎿" }],
] as [string, any, any][]) {
  test(`passed on: ${title}`, async () => {
    const { api, core } = await running();
    await api.track("A", value);
    assert.equal(JSON.stringify(core.calls[0]![3]), JSON.stringify(expected));
    assert.equal(({} as any).x, undefined);
  });
}

for (const [title, call] of [
  ["on, with a name of nobody's", (v) => v.on("exposures", () => {})],
  ["on, without a function", (v) => v.on("ready", "x")],
  ["onSlot, without a name", (v) => v.onSlot(undefined, () => {})],
  ["consent.set, with a state of nobody's", (v) => v.consent.set({ personalization: "expired" })],
  ["consent.set, of nothing", (v) => v.consent.set()],
  ["consent.restore, without a time", (v) => v.consent.restore({ purposes: {} })],
  ["decide, without a name", (v) => v.decide()],
] as [string, (v: any) => unknown][]) {
  test(`said, not thrown: ${title}`, async () => {
    const { api } = await running();
    await call(api);
    assert.deepEqual(codes(), ["VT-ARGUMENT"]);
  });
}

test("listeners hear, the DOM hears, details are frozen, and a listener that throws stops nobody", async () => {
  const { api, core } = await running();
  const heard: unknown[] = [];
  api.on("decision", () => { throw new Error("page"); });
  const off = api.on("decision", (detail: unknown) => heard.push(detail));
  const slots: unknown[] = [];
  const offSlot = api.onSlot("hero", (decision: any) => slots.push(decision.variant));
  const inside: boolean[] = [];
  api.onSegment("winter-fans", (now: boolean) => inside.push(now));
  assert.deepEqual([slots, inside], [["a"], [true]], "now");
  core.notify("decision", "hero", "e", "b", "matched", false, { list: [{}] });
  core.notify("decision", "other", "e", "c", "matched", false, null);
  core.notify("segment", "winter-fans", false);
  assert.deepEqual([slots, inside], [["a"], [true]], "the call does not wait for listeners");
  await undefined;
  assert.deepEqual([slots, inside], [["a", "b"], [true, false]], "at each change");
  assert.equal(heard.length, 2);
  assert.ok(Object.isFrozen((heard[0] as any).content.list[0]));
  assert.deepEqual(seen.dom.map(([name]) => name), ["vitrine:decision", "vitrine:decision", "vitrine:segment"]);
  assert.equal(seen.reported.length, 2);
  off();
  off();
  offSlot();
  core.notify("decision", "hero", "e", "d", "matched", false, null);
  await undefined;
  assert.deepEqual([heard.length, slots.length], [2, 2]);
});

test("a subscription made before the engine is ready hears once it is", async () => {
  const { api, core, start } = page();
  const heard: unknown[] = [];
  api.onSlot("hero", (decision: any) => heard.push(decision.reason));
  const off = api.onSlot("hero", () => heard.push("never"));
  off();
  start();
  api.onSegment("winter-fans", (inside: boolean) => heard.push(inside));
  assert.deepEqual(heard, []);
  await core.ready();
  assert.deepEqual(heard, ["matched", true]);
});

for (const trapped of ["start", "event", "segments", "consent_set"]) {
  test(`a trap in ${trapped}: one diagnostic, own content, every promise ends, later calls answer`, async () => {
    const { api, state, core, start } = page();
    let undone = 0;
    state.applied.push({ undo: () => undone++ } as any);
    core.traps = trapped;
    const early = api.track("Early");
    start();
    if (trapped != "start") await core.ready();
    const late = await api.track("Late");
    api.segments();
    await api.consent.set({ personalization: "granted" });
    assert.equal((await early).status, trapped == "event" || trapped == "start" ? "dropped" : "stored");
    if (trapped == "event") assert.deepEqual(late, { status: "dropped", reason: "VT-TRAP" });
    assert.deepEqual(codes(), ["VT-TRAP"]);
    assert.equal(seen.warned.length, 1);
    assert.ok(undone > 0);
    assert.deepEqual(await api.track("Again"), { status: "dropped", reason: "VT-TRAP" });
    assert.equal(api.decide("hero").reason, "off");
    assert.equal((await api.ready).mode, trapped == "start" ? "off" : "full");
    assert.equal(await api.visitor.profile(), null);
  });
}

test("receipts are the backend's list of them, or null", async () => {
  const { api, start, core } = page();
  start();
  await core.ready();
  assert.equal(await api.visitor.receipts(), null);
  core.answers = { receipts: { consents: [{}], receipts: [{ identifier: "shop/1" }] } };
  assert.deepEqual(await api.visitor.receipts(), [{ identifier: "shop/1" }]);
});

test("what one wants to receive is asked and changed: refused is false, not reached is null, nonsense is said", async () => {
  const { api, core } = await running();
  core.answers = { preferences: null };
  assert.equal(await api.visitor.preferences(), null);
  core.answers = { preferences: { stopped: false, channels: {} }, prefer: { stopped: true, channels: {} } };
  assert.deepEqual(await api.visitor.preferences(), { stopped: false, channels: {} });
  assert.deepEqual(await api.visitor.prefer({ stop: true }), { stopped: true, channels: {} });
  assert.deepEqual(structuredClone(core.calls.at(-1)), ["visitor", "prefer", { stop: true }]);
  core.answers = { prefer: false };
  assert.equal(await api.visitor.prefer({ addresses: { email: "x" } }), false);
  assert.equal(await api.visitor.prefer("stop"), null);
  assert.deepEqual(codes(), ["VT-ARGUMENT"]);
});

test("when nothing loads: ready says off, listeners before and after hear why, events are dropped", async () => {
  const { api, state } = page();
  const heard: string[] = [];
  const waiting = [api.track("A"), api.visitor.profile(), api.flush()];
  api.on("diagnostic", ({ code }: any) => heard.push(code));
  api.on("ready", () => heard.push("ready"));
  state.fail(diagnostic("VT-LOAD-FAILED", "x"));
  api.on("diagnostic", ({ code }: any) => heard.push(code));
  assert.deepEqual(await api.ready, { mode: "off", reason: "VT-LOAD-FAILED" });
  assert.deepEqual(await Promise.all(waiting), [{ status: "dropped", reason: "VT-LOAD-FAILED" }, undefined, undefined]);
  assert.deepEqual(await api.track("B"), { status: "dropped", reason: "VT-LOAD-FAILED" });
  assert.deepEqual(await Promise.all([api.inspect(), api.preview("x"), api.identify("u")]), [undefined, undefined, { status: "dropped", reason: "VT-LOAD-FAILED" }]);
  assert.deepEqual(heard, ["VT-LOAD-FAILED", "VT-LOAD-FAILED"]);
  assert.deepEqual(codes(), ["VT-LOAD-FAILED"]);
  assert.equal(seen.warned.length, 1);
  assert.match(seen.warned[0]!, /VT-LOAD-FAILED/);
  assert.equal(api.decide("hero").reason, "off");
  assert.equal(api.diagnostics().length, 1);
});

test("a polluted prototype answers nothing", async () => {
  const prototype = Object.prototype as any;
  prototype.track = prototype.off = () => "polluted";
  prototype.messageId = "polluted";
  try {
    const { api, core, start } = page();
    assert.ok(api.track("A") instanceof Promise);
    start();
    await core.ready();
    await api.track("B", {}, {});
    assert.ok(core.calls.filter(([name]) => name == "event").every(([, , , , options]) => !Object.hasOwn(options as object, "messageId")));
  } finally {
    delete prototype.track;
    delete prototype.off;
    delete prototype.messageId;
  }
});

test("the same diagnostic is printed once; the ring keeps fifty", async () => {
  const { api } = await running();
  for (let i = 0; i < 60; i++) await api.track("");
  assert.equal(seen.warned.length, 1);
  assert.equal(api.diagnostics().length, 50);
});

test("off: events are dropped, the engine was told why", async () => {
  const { api, core } = await running();
  api.off("incident");
  assert.deepEqual(core.calls, [["off", "incident"]]);
  assert.deepEqual(await api.track("A"), { status: "dropped", reason: "VT-OFF" });
});
