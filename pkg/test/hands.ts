/** What the tests of `hands.ts` share: globals that are put back, a clock, and what the page may throw. */

import { mock, type TestContext } from "node:test";

export const undone = new WeakMap<TestContext, (() => void)[]>();

/** At the test's end, the last first. */
export function undo(t: TestContext, run: () => void): void {
  const all = undone.get(t) ?? [];
  if (!all.length) t.after(() => all.forEach((run) => run()));
  undone.set(t, all);
  all.unshift(run);
}

/** Puts these in the place of what the page has, until the test ends. */
export function stub(t: TestContext, members: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(members)) {
    const own = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    undo(t, () => void (own ? Object.defineProperty(globalThis, name, own) : delete (globalThis as any)[name]));
  }
}

/** Time that passes when it is told to; `pending` are the timers that are neither over nor cleared. */
export function clock(t: TestContext) {
  mock.timers.enable({ apis: ["setTimeout"] });
  undo(t, () => mock.timers.reset());
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  const pending = new Map<unknown, number>();
  stub(t, {
    setTimeout: (run: () => void, ms: number) => {
      const id = set(() => (pending.delete(id), run()), ms);
      pending.set(id, ms);
      return id;
    },
    clearTimeout: (id: any) => (pending.delete(id), clear(id)),
  });
  return { pending, tick: (ms: number) => mock.timers.tick(ms) };
}

/** What a function of the engine's was called with. */
export function told() {
  const calls: unknown[] = [];
  return { calls, then: (value?: unknown) => void calls.push(value) };
}

export const soon = () => new Promise((resolve) => setImmediate(resolve));
export const fail = (name: unknown = "Error"): never => {
  throw Object.assign(new Error("of the page"), { name });
};
export const hostile = { get a() { return fail(); }, set a(_: unknown) { fail(); }, b() { return fail(); }, falsy: () => 0, c: { d: 1 } };
