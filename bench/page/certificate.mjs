// A certificate for one run, signed by itself: the web that is measured is HTTP/2, which browsers speak over TLS only.
// Made by hand, because a bench should not need a program or a package for forty lines of DER.

import { createHash, generateKeyPairSync, sign } from "node:crypto";

const der = (tag, ...parts) => {
  const body = Buffer.concat(parts.map(part => Buffer.from(part)));
  const length = body.length < 128 ? [body.length] : body.length < 256 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
};
const sequence = (...parts) => der(0x30, ...parts);
const oid = (...bytes) => der(0x06, bytes);
const ecdsaWithSha256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
const time = date => der(0x17, `${date.toISOString().replace(/[-:T]/g, "").slice(2, 14)}Z`);

/** `{ key, cert }` in PEM for `host`, and `print`: what Chromium's list of excepted keys takes. */
export function certificate(host) {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const spki = publicKey.export({ type: "spki", format: "der" });
  const name = sequence(der(0x31, sequence(oid(0x55, 0x04, 0x03), der(0x0c, host))));
  const day = 864e5;
  const validity = sequence(time(new Date(Date.now() - day)), time(new Date(Date.now() + 30 * day)));
  const names = sequence(oid(0x55, 0x1d, 0x11), der(0x04, sequence(der(0x82, host))));
  const content = sequence(der(0xa0, der(0x02, [2])), der(0x02, [1]), ecdsaWithSha256, name, validity, name, spki, der(0xa3, sequence(names)));
  const whole = sequence(content, ecdsaWithSha256, der(0x03, [0], sign("sha256", content, privateKey)));
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }),
    cert: `-----BEGIN CERTIFICATE-----\n${whole.toString("base64").match(/.{1,64}/g).join("\n")}\n-----END CERTIFICATE-----\n`,
    print: createHash("sha256").update(spki).digest("base64"),
  };
}
