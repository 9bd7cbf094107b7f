// What a page may pass to track() and identify(): nothing throws, everything answers, bad input says why.

import assert from "node:assert/strict";

import { accept, consent, notes, visit } from "../support/person.mjs";
import { until } from "../support/until.mjs";

// Each row runs in the page: a function's text that makes the arguments, the status it answers, and the code of a refusal.
const rows = [
  ["a cycle", () => { const a = { sku: "a" }; a.self = a; return ["Product Viewed", a]; }, "dropped", "VT-EVENT-TOO-DEEP"],
  ["a function", () => ["Product Viewed", { sku: () => 1 }], "dropped", "VT-EVENT-VALUE"],
  ["a symbol", () => ["Product Viewed", { sku: Symbol("a") }], "dropped", "VT-EVENT-VALUE"],
  ["a bigint", () => ["Product Viewed", { price: 10n }], "dropped", "VT-EVENT-VALUE"],
  ["40 KB", () => ["Product Viewed", { sku: "a".repeat(40_000) }], "dropped", "VT-EVENT-TOO-LARGE"],
  ["a million keys", () => ["Product Viewed", Object.fromEntries(Array.from({ length: 1_000_000 }, (_, n) => [`k${n}`, n]))], "dropped", /VT-EVENT-TOO-(DEEP|LARGE)/],
  ["17 levels", () => { let a = {}; const top = a; for (let n = 0; n < 17; n++) a = a.a = {}; return ["Product Viewed", top]; }, "dropped", "VT-EVENT-TOO-DEEP"],
  ["a getter that throws", () => ["Product Viewed", { get sku() { throw new Error("no"); } }], "dropped", "VT-EVENT-VALUE"],
  ["a proxy that throws", () => ["Product Viewed", new Proxy({}, { ownKeys() { throw new Error("no"); } })], "dropped", "VT-EVENT-VALUE"],
  ["no name", () => [undefined, {}], "dropped", /VT-(EVENT-NAME|ARGUMENT)/],
  ["an empty name", () => ["", {}], "dropped", "VT-EVENT-NAME"],
  ["a number for properties", () => ["Product Viewed", 7], "dropped", "VT-ARGUMENT"],
  ["a long messageId", () => ["Product Viewed", { sku: "a" }, { messageId: "m".repeat(100) }], "dropped", "VT-ID"],
  ["an emoji as messageId", () => ["Product Viewed", { sku: "👩‍👩‍👧" }, { messageId: "👩‍👩‍👧-1" }], "stored"],
  ["a lone surrogate", () => ["Product Viewed", { sku: "\ud800" }], "stored"],
  ["__proto__", () => ["Product Viewed", JSON.parse("{\"__proto__\": {\"polluted\": 1}, \"sku\": \"a\"}")], "stored"],
  ["an undeclared name", () => ["Nobody Knows", {}], "dropped", "VT-EVENT-UNDECLARED"],
  ["nothing wrong", () => ["Product Viewed", { sku: "a", category: "garden", price: 1 }], "stored"],
];

export default [
  {
    title: "track() with values that JSON cannot say, or too much of it",
    async run(t) {
      const shop = await t.shop();
      const tab = await (await t.browser()).newTab();
      await visit(tab, `${shop.origin}/`);
      await accept(tab);
      await tab.waitFor(() => window.vitrine.visitor.id());
      for (const [title, make, status, code] of rows) {
        const before = (await notes(tab)).diagnostics.length;
        const answer = await tab.evaluate(`async () => {
          const args = (${make})();
          try { return { ...await window.vitrine.track(...args), polluted: {}.polluted }; } catch (error) { return { threw: String(error) }; }
        }`);
        assert.equal(answer.threw, undefined, title);
        assert.equal(answer.status, status, `${title}: ${answer.reason}`);
        assert.equal(answer.polluted, undefined, title);
        if (!code) continue;
        assert.match(answer.reason, code instanceof RegExp ? code : new RegExp(`^${code}$`), title);
        const said = (await notes(tab)).diagnostics.slice(before);
        assert.equal(said.length, 1, `${title}: ${JSON.stringify(said)}`);
        assert.ok(said[0].code === answer.reason && said[0].help, title);
      }
      assert.deepEqual((await notes(tab)).faults, []);
    },
  },
  ...[["granted", ["granted", "granted"]], ["denied", ["withdrawn", "withdrawn"]]].map(([last, stands]) => ({
    timeout: 180_000,
    title: `changes of mind by ten thousand in a loop, the last one ${last}: few requests, and the backend hears the last`,
    async run(t) {
      const shop = await t.shop();
      const tab = await (await t.browser()).newTab();
      await visit(tab, `${shop.origin}/`);
      await tab.evaluate(async ({ last, times }) => {
        const set = state => window.vitrine.consent.set({ personalization: state, measurement: state });
        const other = last === "granted" ? "denied" : "granted";
        for (let n = 1; n < times; n++) set(n % 2 ? other : last);
        await set(last);
      }, { last, times: t.times(10_000) });
      const { personalization, measurement } = await consent(tab);
      assert.deepEqual([personalization, measurement], stands);
      const told = () => shop.proxy.requests.filter(({ method, path }) => method === "POST" && path === "/v1/visitor/consents").map(({ body }) => JSON.parse(body).purposes);
      await until(() => Object.values(told().at(-1) ?? {}).every(state => (state === "granted") === (last === "granted")), "the last act to be told");
      await tab.waitFor(() => window.vitrine.track("Product Viewed", { sku: "a" }).then(({ status }) => status), [], { what: "track() to answer" });
      // The store opens once for all of it, not once for each.
      const opened = await tab.evaluate(() => window.__calls.filter(({ api }) => api === "indexedDB.open").length);
      assert.ok(opened <= 20 && (opened > 0) === (last === "granted"), `opened ${opened} times`);
      assert.ok(told().length <= 10, `${told().length} requests`);
      assert.deepEqual((await notes(tab)).faults, []);
    },
  })),
  {
    title: "identify() with emoji, empty and long ids; every other call with rubbish",
    async run(t) {
      const shop = await t.shop();
      const tab = await (await t.browser()).newTab();
      await visit(tab, `${shop.origin}/`);
      await accept(tab);
      await tab.waitFor(() => window.vitrine.visitor.id());
      const answers = await tab.evaluate(async () => {
        const v = window.vitrine;
        const calls = {
          emoji: () => v.identify("🧣-1001", { plan: "gold" }), empty: () => v.identify(""), long: () => v.identify("u".repeat(1_000)), none: () => v.identify(),
          proof: () => v.identify("u", {}, { proof: { iat: "x", mac: 7 } }), context: () => v.context(7), page: () => v.page({}, 7), group: () => v.group(null),
          decide: () => v.decide({}), segment: () => v.inSegment(Symbol("a")), on: () => v.on("nothing", 7), slot: () => v.onSlot("hero", 7),
          consent: () => v.consent.set({ nothing: "granted", personalization: "perhaps" }), restore: () => v.consent.restore(7), withdraw: () => v.consent.withdraw("nothing"),
          explain: () => v.explain("nobody"), correct: () => v.visitor.correct(7), frozen: () => { v.track = 1; return v.track !== 1; },
        };
        const answers = {};
        for (const [name, call] of Object.entries(calls)) {
          try {
            const answer = await call();
            answers[name] = answer?.status ?? typeof answer;
          } catch (error) {
            answers[name] = `threw ${error}`;
          }
        }
        return answers;
      });
      assert.deepEqual(Object.entries(answers).filter(([name, answer]) => answer.startsWith("threw") && name !== "frozen"), []);
      assert.equal(answers.emoji, "stored");
      assert.deepEqual([answers.empty, answers.long, answers.none], ["dropped", "dropped", "dropped"]);
      assert.deepEqual((await notes(tab)).faults, []);
    },
  },
];
