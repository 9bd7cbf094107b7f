// What is printed of a story chooses it: node --test tests/e2e/support/choose.test.mjs

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { chosen, line, missing } from "./choose.mjs";

const story = { file: "tabs", title: "eight tabs: one store" };
const rows = [
  [undefined, true],
  ["", true],
  [line(story), true],
  [`chromium ${line(story)}`, true],
  [` ${line(story)}\n`, true],
  ["tabs", true],
  ["tabs eight", true],
  ["tabs: eight", true],
  ["one store", true],
  [`firefox ${line(story)}`, false],
  ["tabs, eight", false],
];
for (const [words, expected] of rows)
  test(`--only ${JSON.stringify(words)}`, () => assert.equal(chosen(story, "chromium", words), expected));

test("what is not built is named with its command", () => {
  const here = fileURLToPath(import.meta.url);
  const told = missing({ binary: "/none/vitrine", rows: here, dist: "/none" });
  assert.equal(told.length, 2);
  assert.match(told[0], /the server .*\/none\/vitrine.*cargo build -p vitrine-cli$/);
  assert.match(told[1], /the SDK .*cargo xtask build$/);
});
