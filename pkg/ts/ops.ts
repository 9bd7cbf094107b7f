/** The changes that the boot can make, and one undo for all of them. */

/**
 * `[of, at, method, ...given]`: one call of a method of the element, or of its `classList` or `style`. `at` is a selector
 * inside the slot, null the slot itself. What is given is text; to `an order` selectors of children, to `a template` its name. Whoever
 * can write the record must not be able to make it code: of an operation that is not one of ours, none is made.
 */
export type Op = [of: string, at: string | null, method: string, ...given: any[]];

/**
 * Makes the changes in `slot`, all or none, and answers what happened, newest first. `observer` sees the whole page; what
 * it has not told yet is dropped.
 */
export function apply(observer: MutationObserver, slot: Element, ops: Op[]): MutationRecord[] {
  observer.takeRecords();
  try {
    ops.map((op) => change(slot, op));
  } catch {
    observer.takeRecords().reverse().map(undo);
    // Nobody needs to look again because of us.
    observer.takeRecords();
    return [];
  }
  return observer.takeRecords().reverse();
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

const refused = "[data-vitrine-price],[data-vitrine-ignore]";

function change(target: any, [of, at, method, ...given]: Op) {
  if (at) target = target.querySelector(at);
  if (
    // No handler, no frame's document, no script's address, however its letters are spaced: browsers leave those out.
    !/^(classList(add|remove)|(a template|)replaceChildren|style\w+y|(set|remove)Attribute(?!,(on|srcdoc|[^]*i\s*p\s*t\s*:))|an orderprepend),/i.test(
      [of + method, given] as any,
    ) ||
    target.closest(refused) ||
    // What takes content away takes no price away inside it; into shadow roots the engine looks.
    (/^rep/.test(method) && [...target.querySelectorAll("*")].some((one) => one.matches(refused) || one.shadowRoot))
  )
    throw 0;
  if (of == "a template") given = [target.querySelector(`:scope>template[data-variant="${given}"]`).content.cloneNode(true)];
  // Of the methods above, `prepend`, which only an order has.
  if (/^p/.test(method))
    given = new Set(given.flatMap((one) => [...target.children].filter((child) => child.matches(one)))) as any;
  (target[of] ?? target)[method](...given);
}
