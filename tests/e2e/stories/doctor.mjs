// `vitrine doctor` looks at the shop as it is served, and finds nothing wrong with it.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { binary } from "../support/server.mjs";

export default [{
  title: "the shop is installed and asks as it should",
  async run(t) {
    const shop = await t.shop();
    const looked = await promisify(execFile)(binary, ["doctor", `${shop.origin}/`, "--json"]);
    assert.deepEqual(JSON.parse(looked.stdout).findings.map(({ severity, code }) => `${severity} ${code}`), []);
  },
}];
