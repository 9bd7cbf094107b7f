/** The changes that the boot can make, and one undo for all of them. */

type Tree = string | [tag: string, attributes: Record<string, string>, children: Tree[]];

/**
 * `[of, at, method, ...given]`: one call of a method of the element, or of its `classList` or `style`. `at` is a selector
 * inside the slot, null the slot itself. What is given is text or nodes; to `an order` selectors of children, to `a template` its name. An
 * operation of another version calls nothing that there is: then none is made.
 */
export type Op = [of: string, at: string | null, method: string, ...given: any[]];

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
  const { target, attributeName: name, oldValue }: any = record;
  try {
    // A policy against inline styles refuses the attribute, not the property; the page's own spaces only the attribute has.
    if (name == "style") target.style.cssText = oldValue;
    if (name && target.getAttribute(name) != oldValue)
      oldValue == null ? target.removeAttribute(name) : target.setAttribute(name, oldValue);
    record.addedNodes.forEach((node: any) => node.remove());
    record.removedNodes.forEach((node) => target.insertBefore(node, record.nextSibling));
  } catch {
    // The page has moved its neighbour: there is no place left to put it.
  }
}

function change(slot: Element, [of, at, method, ...given]: Op) {
  const target: any = at ? slot.querySelector(at) : slot;
  const refused = "[data-vitrine-price],[data-vitrine-ignore]";
  // What takes content away takes no price away inside it.
  if (target.closest(refused) || (/rep/.test(method) && target.querySelector(refused))) throw 0;
  if (of == "a template") given = [target.querySelector(`:scope>template[data-variant="${given}"]`).content.cloneNode(true)];
  if (of == "an order")
    given = [...new Set(given.flatMap((one) => [...target.children].filter((child) => child.matches(one))))];
  (target[of] ?? target)[method](...given.map(grow));
}

/** Makes nodes of what the sanitizer allowed when it was decided; no HTML is parsed. Text and nodes stay what they are. */
function grow(tree: Tree | Node): string | Node {
  if (!Array.isArray(tree)) return tree;
  const element = document.createElement(tree[0]);
  Object.keys(tree[1]).map((name) => element.setAttribute(name, tree[1][name]!));
  element.append(...tree[2].map(grow));
  return element;
}
