// What the server really keeps: its database, read beside it, read-only.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";

import { root } from "./server.mjs";

/** Prints what a SELECT answers. */
export const program = process.env.VITRINE_ROWS ?? join(root, "target/debug/examples/rows");

/** The rows of a SELECT; blobs come as hexadecimal text. */
export async function query(server, sql) {
  const { stdout } = await promisify(execFile)(program, [server.database, sql], { maxBuffer: 1 << 28 });
  return stdout.trim() === "" ? [] : stdout.trim().split("\n").map(line => JSON.parse(line));
}

/** Every stored event as it was sent. */
export async function events(server) {
  const rows = await query(server, "SELECT body FROM events");
  return rows.map(({ body }) => JSON.parse(Buffer.from(body, "hex").toString("utf8")));
}

/** How many rows each table of facts has. */
export async function counts(server) {
  const tables = ["events", "traits", "orders", "offers"];
  const [row] = await query(server, `SELECT ${tables.map(table => `(SELECT count(*) FROM ${table}) AS ${table}`).join(", ")}`);
  return row;
}

/** How many rows of each kind rest on one visitor. */
export async function visitorRows(server, visitor) {
  const node = `x'${node16("visitor", visitor)}'`;
  const [row] = await query(server, `SELECT (SELECT count(*) FROM events WHERE visitor = ${node}) AS events,
    (SELECT count(*) FROM traits WHERE node = ${node} OR via = ${node}) AS traits,
    (SELECT count(*) FROM orders WHERE node = ${node} OR via = ${node}) AS orders`);
  return row;
}

/** What is kept of a visitor's wishes about messages, and how many addresses may not be written to. */
export async function preferenceRows(server, visitor) {
  const of = `node = x'${node16("visitor", visitor)}'`;
  const chosen = await query(server, `SELECT channel || ' ' || topic || ' ' || frequency AS row FROM preferences WHERE ${of} ORDER BY row`);
  const addresses = await query(server, `SELECT channel || CASE WHEN confirmed IS NULL THEN ' waits' ELSE ' confirmed' END AS row FROM addresses WHERE ${of} ORDER BY row`);
  const [{ suppressed }] = await query(server, "SELECT count(*) AS suppressed FROM suppressed");
  return { chosen: chosen.map(({ row }) => row), addresses: addresses.map(({ row }) => row), suppressed };
}

const node16 = (kind, id) => createHash("sha256").update(`${kind}\n${id}`).digest("hex").slice(0, 32);
