/** The changes that the boot can make, and one undo for all of them. */

type Tree = string | [tag: string, attributes: Record<string, string>, children: Tree[]];

/** `[kind, at, ...operands]`; `at` is a selector inside the slot, null the slot itself. */
export type Op = [kind: string, at: string | null, ...operands: any[]];

/** Makes the changes in `slot` and answers what happened, newest first. */
export function apply(slot: Element, ops: Op[]): MutationRecord[] {
  const observer = new MutationObserver(() => {});
  observer.observe(document, { subtree: true, childList: true, attributeOldValue: true });
  for (const op of ops)
    try {
      change(slot, op);
    } catch {
      // A change that this page does not take leaves its part as it was.
    }
  const records = observer.takeRecords().reverse();
  observer.disconnect();
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
  if (target.closest("[data-vitrine-price],[data-vitrine-ignore]")) return;
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
