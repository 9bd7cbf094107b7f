// Where programs are: an environment variable first, then the usual places, then the path.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

import { Lacking } from "./index.mjs";

/** The first of `candidates` (names or absolute paths) that can be run; `variable` overrides them. */
export function find(variable, candidates) {
  const asked = process.env[variable];
  const folders = (process.env.PATH ?? "").split(delimiter);
  for (const candidate of asked ? [asked] : candidates) {
    const paths = candidate.includes("/") ? [candidate] : folders.map(folder => join(folder, candidate));
    const found = paths.find(runnable);
    if (found) return found;
  }
  throw new Lacking(`none of ${candidates.join(", ")} is installed (or name one in ${variable})`);
}

function runnable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
