import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";

import { verify as withoutWebCrypto } from "../ts/ed25519.js";
import { verifier } from "../ts/verify.js";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const key = (publicKey.export({ format: "jwk" }) as { x: string }).x;
const signed = new TextEncoder().encode("the envelope");
const signature = new Uint8Array(sign(null, signed, privateKey));
const flipped = signature.slice();
flipped[0]! ^= 1;

for (const [title, keys, keyId, given, expected] of [
  ["as an object", { 1: key }, 1, signature, true],
  ["as an attribute", `1:${key}`, 1, signature, true],
  ["as an attribute with two keys", `7:${key}, 1:${key}`, 7, signature, true],
  ["a flipped byte", { 1: key }, 1, flipped, false],
  ["a key that the page does not know", { 1: key }, 2, signature, undefined],
  ["a key that cannot be read", { 1: "not a key" }, 1, signature, undefined],
  ["a signature of no length", { 1: key }, 1, new Uint8Array(), false],
] as [string, any, number, Uint8Array, boolean | undefined][]) {
  test(`verifies: ${title}`, async () => {
    assert.equal(await verifier(keys)!(keyId, given, signed), expected);
  });
}

test("without keys there is no verifier", () => {
  assert.equal(verifier(undefined), undefined);
});

test("without WebCrypto the answers are the same", async () => {
  const raw = Buffer.from(key, "base64url");
  assert.equal(withoutWebCrypto(signature, signed, raw), true);
  assert.equal(withoutWebCrypto(flipped, signed, raw), false);
  assert.equal(withoutWebCrypto(new Uint8Array(3), signed, raw), false);
  const subtle = Object.getOwnPropertyDescriptor(globalThis, "crypto")!;
  Object.defineProperty(globalThis, "crypto", { value: {}, configurable: true });
  try {
    assert.equal(await verifier({ 1: key })!(1, signature, signed), true);
    assert.equal(await verifier({ 1: key })!(1, flipped, signed), false);
  } finally {
    Object.defineProperty(globalThis, "crypto", subtle);
  }
});
