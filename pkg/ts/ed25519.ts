/** The lazy chunk for browsers without Ed25519: no part of it needs WebCrypto. */

import * as ed25519 from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";

ed25519.hashes.sha512 = sha512;

/** Whether `signature` over `signed` was made with the secret of `key`. */
export function verify(signature: Uint8Array, signed: Uint8Array, key: Uint8Array): boolean {
  try {
    return ed25519.verify(signature, signed, key);
  } catch {
    return false;
  }
}
