/** What the inspector's timeline still holds, and what it must have forgotten. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { FakeCore } from "./fake.js";
import { Emitter } from "../ts/emitter.js";
import { Facade } from "../ts/facade.js";
import { createStub } from "../ts/stub.js";

type Told = [name: string, detail: object];

const entered: Told = ["segment", { segment: "winter-fans", member: true }];
const left: Told = ["segment", { segment: "winter-fans", member: false }];
const consent = (state: string): Told => ["consent", { purpose: "personalization", state, source: "preference" }];
const turn = () => new Promise((done) => setTimeout(done));

const rows: [title: string, told: Told[], then: Told[], kept: string[]][] = [
  ["nothing withdrawn: everything", [consent("granted"), entered, left], [], ["consent", "segment", "segment"]],
  ["a withdrawal: what came before it, and the segments that it ends in the same turn", [entered, consent("withdrawn"), left], [], []],
  ["a refusal: the same", [entered, consent("denied"), left], [], []],
  ["what comes in a later turn is told again", [entered, consent("withdrawn")], [consent("granted"), entered], ["consent", "segment"]],
];

for (const [title, told, then, kept] of rows)
  test(title, async () => {
    const emitter = new Emitter(false);
    for (const one of told) emitter.emit(...one);
    await turn();
    for (const one of then) emitter.emit(...one);
    assert.deepEqual(emitter.past.map(([, name]) => name), kept);
  });

test("a log-out: everything before it", async () => {
  const [api, state] = createStub("1.2.3", () => {});
  const core = new FakeCore();
  const config = { site: "shop", key: "pk", endpoint: "", deadline: 400, core: "", wasm: "" };
  const facade = new Facade(state, config, { openBanner: async () => {} });
  facade.start(core.asClass, config);
  await core.ready();
  facade.emitter.emit(...entered);
  assert.deepEqual(facade.emitter.past.map(([, name]) => name), ["ready", "segment"]);
  await (api as { reset(): unknown }).reset();
  assert.deepEqual(facade.emitter.past, []);
});
