/** Makes the boot's rows the engine's: their undo now leaves alone what the page has changed since. */

import { undo } from "./ops.js";
import type { Applied, State } from "./state.js";

/** Called once, before the engine starts. */
export function handOver(state: State): void {
  state.applied.forEach(careful);
  const push = state.applied.push.bind(state.applied);
  // The boot goes on while the page is being parsed; its later rows are handed over as they come.
  state.applied.push = (...rows) => {
    rows.forEach(careful);
    return push(...rows);
  };
}

/** Replaces the boot's undo by one that compares first, newest record first. */
function careful(row: Applied): void {
  // The value that we left, by element and attribute; then the value that the page has put there instead.
  const left = new Map<Node, Map<string, string | null>>();
  for (const { target, attributeName } of row.records) {
    if (!attributeName) continue;
    const values = left.get(target) ?? new Map<string, string | null>();
    left.set(target, values.set(attributeName, (target as Element).getAttribute(attributeName)));
  }
  row.undo = () => {
    for (const record of row.records.splice(0)) {
      const { target, attributeName, addedNodes, oldValue } = record;
      if (attributeName) {
        const values = left.get(target)!;
        if ((target as Element).getAttribute(attributeName) !== values.get(attributeName)) continue;
        values.set(attributeName, oldValue);
      } else if (![...addedNodes].every((node) => node.parentNode == target)) continue;
      undo(record);
    }
  };
}
