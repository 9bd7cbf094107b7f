/** Ed25519 signatures, checked by the browser where it can and by a lazily loaded library where it cannot. */

import type { Config } from "./state.js";

type Verifier = NonNullable<Config["verifier"]>;

/** The verifier of a page's public keys: `{ 1: "BASE64URL" }` or `"1:BASE64URL 2:BASE64URL"`; none without keys. */
export function verifier(keys: Config["verify"]): Verifier | undefined {
  const known = new Map<number, Uint8Array<ArrayBuffer>>();
  const pairs: [string, string][] =
    typeof keys == "string"
      ? keys.split(/[\s,]+/).map((pair) => [pair.slice(0, pair.indexOf(":")), pair.slice(pair.indexOf(":") + 1)])
      : Object.entries(keys ?? {});
  for (const [id, text] of pairs) {
    const key = bytes(text);
    if (key?.length == 32) known.set(Number(id), key);
  }
  // Keys that were given but cannot be read verify nothing; they are not the same as none.
  if (!keys) return undefined;
  return async (keyId, signature, signed) => {
    const key = known.get(keyId);
    return key && check(key, signature.slice(), signed.slice());
  };
}

async function check(
  key: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
  signed: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  try {
    // WebKitGTK's process ends over more than that.
    if (signed.length >= 65_536) throw 0;
    // Absent on plain http; older browsers have it without Ed25519.
    const imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", imported, signature, signed);
  } catch {
    const { verify } = await import("./ed25519.js");
    return verify(signature, signed, key);
  }
}

function bytes(base64url: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const text = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(text, (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}
