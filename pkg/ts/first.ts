/**
 * First rows: what everybody sees before a choice, settled by the compiler and signed with the bundle. They are on the page before
 * the wasm is there, whose engine then finds what it decides done (docs/adr/0019).
 */

import { opposed } from "./consent/look.js";
import { place, type Row } from "./paint.js";
import type { Config, State } from "./state.js";

// Of the envelope and of its sections (crates/wire): where fields are, and the section with the rows.
const [KEY, EXPIRES, LENGTH, PAYLOAD] = [5, 30, 38, 42] as const;
const SIGNATURE = 64;
const FIRST = 14;

/** Shows them where nothing was chosen, forced or switched off. Whatever is wrong is said by the engine, which reads the same bytes. */
export async function first(state: State, config: Config): Promise<void> {
  try {
    if (opposed() || /[?&]vitrine-preview=/.test(location.search)) return;
    // Its body is read once more by the engine.
    const bytes = new Uint8Array(await (await state.bundle as Response).clone().arrayBuffer());
    const { buffer } = bytes;
    const view = new DataView(buffer);
    const now = Date.now();
    const end = PAYLOAD + view.getUint32(LENGTH, true);
    let text;
    for (let at = PAYLOAD; at < end; ) {
      const [kind, length] = [view.getUint16(at, true), view.getUint32(at + 2, true)];
      if (kind == FIRST) text = new TextDecoder().decode(bytes.subarray(at + 6, at + 6 + length));
      at += 6 + length;
    }
    if (!text || now / 1e3 > Number(view.getBigUint64(EXPIRES, true)) || bytes.length != end + SIGNATURE) return;
    const { site, rows } = JSON.parse(text) as { site: string; rows: Row[] };
    const sound = config.verifier ? await config.verifier(bytes[KEY]!, bytes.subarray(end), bytes.subarray(0, end)) : true;
    // Only now: what the page has called meanwhile may have taken it back, and the engine may be there.
    if (!sound || site != config.site || !state.bundle || state.live || state.q.some(([name]) => /off|consent|preview/.test(name))) return;
    if (localStorage.getItem(`vt:${site}:c`) != null) return;
    rows.map((row) => (row.ops ??= []));
    place(state, rows, now, 0);
  } catch {
    // Storage that throws, a download that failed: the engine says so.
  }
}
