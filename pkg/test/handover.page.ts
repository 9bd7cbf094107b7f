// The page of handover.test.ts: the boot's rows as the core takes them over.
import { handOver } from "../ts/handover.js";
import { apply, undo, type Op } from "../ts/ops.js";

/** Applies a row as the boot does and hands it over; `change` is what the page does then, or, `early`, before that. Answers the slot after
 * undo, whether it was intact before that, and whether nothing newer was left. */
(window as any).run = (ops: Op[], change: string, early: boolean) => {
  const slot = document.querySelector("section")!;
  const observer = new MutationObserver(() => {});
  observer.observe(document, { subtree: true, childList: true, attributeOldValue: true });
  const records = apply(observer, slot, ops);
  const row = { slot: "hero", element: slot, experience: "e", variant: "a", ops, records, undo: () => records.splice(0).map(undo) };
  const state: any = { applied: [] };
  handOver(state);
  const changes: Record<string, () => void> = {
    text: () => { slot.querySelector("h1")!.textContent = "Page's"; },
    data: () => { (slot.querySelector("h1")!.firstChild as Text).data = "Page's"; },
    attribute: () => slot.setAttribute("data-x", "page"),
    class: () => slot.querySelector("p")!.classList.add("page"),
    style: () => slot.querySelector("i")!.style.setProperty("left", "9px"),
    "style too": () => slot.querySelector("i")!.style.setProperty("top", "9px"),
    replaced: () => slot.querySelector("h1")!.replaceWith(Object.assign(document.createElement("h1"), { textContent: "Page's" })),
    unrelated: () => { slot.querySelector("p")!.title = "page"; },
  };
  if (early) changes[change]?.();
  state.applied.push(row);
  if (!early) changes[change]?.();
  const intact = (row as any).intact();
  const clean = row.undo();
  row.undo();
  return [slot.outerHTML, intact, clean];
};
