/** The changes that the boot can make, and one undo for all of them. */

type Tree = string | [tag: string, attributes: Record<string, string>, children: Tree[]];

/** `[kind, at, ...operands]`; `at` is a selector inside the slot, null the slot itself. */
export type Op = [kind: string, at: string | null, ...operands: any[]];

/**
 * Makes the changes in `slot`, all or none, and answers what happened, newest first. `observer` sees the whole page; what
 * it has not told yet is dropped.
 */
export function apply(observer: MutationObserver, slot: Element, ops: Op[]): MutationRecord[] {
  let failed;
  observer.takeRecords();
  try {
    ops.map((op) => change(slot, op));
  } catch {
    failed = true;
  }
  const records = observer.takeRecords().reverse();
  if (failed) records.splice(0).map(undo);
  // Nobody needs to look again because of us.
  observer.takeRecords();
  return records;
}

/** Takes one of them back: the same nodes, the same values. The core asks first whether they are still ours. */
export function undo(record: MutationRecord): void {
  try {
    if (record.attributeName) set(record.target, record.attributeName, record.oldValue);
    record.addedNodes.forEach((node: any) => node.remove());
    record.removedNodes.forEach((node) => record.target.insertBefore(node, record.nextSibling));
  } catch {
    // The page has moved its neighbour: there is no place left to put it.
  }
}

function set(element: any, name: string, value: string | null) {
  if (value == null) element.removeAttribute(name);
  // A policy against inline styles refuses the attribute, not the property.
  else if (name == "style") element.style.cssText = value;
  else element.setAttribute(name, value);
}

function change(slot: Element, [kind, at, a, b]: Op) {
  const target: any = at ? slot.querySelector(at) : slot;
  if (target.closest("[data-vitrine-price],[data-vitrine-ignore]")) throw 0;
  if (kind == "text") target.textContent = a;
  if (kind == "nodes") target[a == "into" ? "replaceChildren" : a == "replace" ? "replaceWith" : a](...b.map(grow));
  if (kind == "hide") target.style.cssText += ";display:none!important";
  if (kind == "attribute") set(target, a, b);
  if (kind == "class") {
    target.classList.add(...a);
    target.classList.remove(...b);
  }
  if (kind == "reorder")
    target.prepend(...new Set(a.flatMap((one: string) => [...target.children].filter((child) => child.matches(one)))) as any);
}

/** Makes nodes of what the sanitizer allowed when it was decided; no HTML is parsed. */
function grow(tree: Tree): Node | string {
  if (typeof tree == "string") return tree;
  const element = document.createElement(tree[0]);
  Object.keys(tree[1]).map((name) => element.setAttribute(name, tree[1][name]!));
  element.append(...tree[2].map(grow));
  return element;
}
