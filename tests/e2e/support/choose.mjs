// Which stories `--only` means, and what must be built before any is told.

import { existsSync } from "node:fs";
import { join } from "node:path";

/** A story as `--list` names it. */
export const line = story => `${story.file}: ${story.title}`;

/** Whether these words are part of what is printed of a story: by `--list`, with the browser before it, or without the colon. */
export const chosen = (story, browser, words) =>
  !words || [`${browser} ${line(story)}`, `${story.file} ${story.title}`].some(text => text.includes(words.trim()));

/** What is not built, each with the command that builds it. */
export const missing = ({ binary, rows, dist }) =>
  [
    [binary, "the server", "cargo build -p vitrine-cli"],
    [rows, "the reader of its database", "cargo build -p vitrine-server --example rows"],
    [join(dist, "vitrine.js"), "the SDK", "cargo xtask build"],
  ].flatMap(([path, what, command]) => existsSync(path) ? [] : [`${what} is not built (${path}): ${command}`]);
