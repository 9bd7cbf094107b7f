// The page of handover.test.ts: the boot's rows as the core takes them over.
import { handOver } from "../ts/handover.js";
import { apply, undo, type Op } from "../ts/ops.js";

/** Applies a row as the boot does and hands it over; `change` is what the page does then. Answers the slot after undo. */
(window as any).run = (ops: Op[], change: string) => {
  const slot = document.querySelector("section")!;
  const observer = new MutationObserver(() => {});
  observer.observe(document, { subtree: true, childList: true, attributeOldValue: true });
  const records = apply(observer, slot, ops);
  const row = { slot: "hero", element: slot, experience: "e", variant: "a", records, undo: () => records.splice(0).map(undo) };
  const state: any = { applied: [] };
  handOver(state);
  state.applied.push(row);
  const h1 = document.querySelector("h1")!;
  if (change == "text") h1.textContent = "Page's";
  if (change == "attribute") slot.setAttribute("data-x", "page");
  if (change == "unrelated") document.querySelector("p")!.title = "page";
  row.undo();
  row.undo();
  return slot.outerHTML;
};
