/** Where slots may be, and moving what somebody may be using. */

import { attempt, type Then } from "./attempt.js";

/** The nearest element that matches, itself or one that it is in, out of shadow roots too; null where there is none. */
export const nearest = (of: any, selector: string): Element | null =>
  attempt(() => of.closest(selector) ?? nearest(of.getRootNode().host, selector)) ?? null;

/** Whether anything inside matches, in open shadow roots too. */
export const holds = (of: ParentNode, selector: string): boolean =>
  !!attempt(() => of.querySelector(selector) ?? [of, ...of.querySelectorAll("*")].some(({ shadowRoot }: any) => shadowRoot && holds(shadowRoot, selector)));

/** The document, and the open shadow roots of elements that say there are slots inside (`data-vitrine-shadow`), and theirs. */
export const roots = (of: Document | ShadowRoot = document): unknown[] =>
  attempt(() => {
    const hosts = [...of.querySelectorAll("[data-vitrine-shadow]")].filter((host) => !nearest(host, "[data-vitrine-ignore]"));
    return [of, ...hosts.flatMap(({ shadowRoot }) => (shadowRoot ? roots(shadowRoot) : []))];
  }) ?? [of];

const awaited = new Set<string>();
/** ms until it is looked again for a shadow root that is announced; twice as long each time, as long as somebody may wait for it. */
let wait = 25;
const WAIT = 5_000;
let clock: any;

/**
 * Calls back once elements that say there are slots inside are what they say: no observer hears of an upgrade, nor of a shadow root that is
 * attached.
 */
export const upgrades = (then: Then): void => {
  attempt(() => {
    for (const root of roots() as Document[])
      for (const host of root.querySelectorAll("[data-vitrine-shadow]")) {
        const { localName, shadowRoot } = host;
        if (shadowRoot) continue;
        if (wait < WAIT) clock ??= setTimeout(() => ((clock = null), then()), (wait *= 2));
        if (awaited.has(localName) || host.matches(":defined")) continue;
        awaited.add(localName);
        const defined = () => (awaited.delete(localName), then());
        // A name that no element can have is nobody's error.
        customElements.whenDefined(localName).then(defined, () => {});
      }
  });
};

/** So many elements of one slot show something: a selector may match a whole page. */
const MOST = 100;

/**
 * Names and elements of slots in turn, each element once: those that the page marks, then `known` ones, names in turn with an element or
 * a selector. In an element's place: null where there are more than that, true where a selector does not parse.
 */
export const slots = (known: any[]): unknown[] => {
  const seen = new Set<Element>();
  const counts = new Map<string, number>();
  const found: unknown[] = [];
  const add = (name: string | null, element: Element) => {
    const count = counts.get(name!) ?? 0;
    if (!name || seen.has(element) || count > MOST) return;
    seen.add(element);
    counts.set(name, count + 1);
    found.push(name, count < MOST ? element : null);
  };
  const all: any[] = roots();
  const find = (selector: string, name?: string) =>
    all.map((root) => root.querySelectorAll(selector).forEach((element: any) =>
      add(name ?? element.getAttribute("data-vitrine-slot") ?? element.getAttribute("name"), element)));
  attempt(() => find("[data-vitrine-slot],vitrine-slot"));
  known.forEach((of, i) => {
    const name = known[i - 1];
    if (i % 2) typeof of == "string" ? attempt(() => find(of, name)) || found.push(name, true) : add(name, of);
  });
  return found;
};

/** Scrolled boxes in a node, and `around` it, each with how far. */
const scrolled = (node: any, around: any[] = []): [any, ScrollToOptions][] =>
  [node, ...(attempt(() => node.querySelectorAll("*")) ?? []), ...around]
    .filter(({ scrollTop, scrollLeft }) => scrollTop || scrollLeft)
    .map((box) => [box, { top: box.scrollTop, left: box.scrollLeft, behavior: "instant" }]);

// The second is for lists of WebKit's, which do not know the first.
const scroll = (boxes: [any, ScrollToOptions][]) => boxes.map(([box, to]) => (box.scrollTo(to), (box.scrollTop = to.top)));

/** What a node is in, but for the document: how far that is scrolled is the browser's to keep. */
const above = (node: any): any[] => (node?.parentElement?.parentElement ? [node.parentElement, ...above(node.parentElement)] : []);

const focused = (of: any = document.activeElement): any => (of?.shadowRoot?.activeElement ? focused(of.shadowRoot.activeElement) : of);

/** Where a person is: the element with the focus, what is marked in it, and what is marked in the page. */
const attention = (): any[] => {
  const focus = focused();
  const { selectionStart, selectionEnd, selectionDirection } = focus ?? {};
  const { anchorNode, anchorOffset, focusNode, focusOffset }: any = getSelection();
  return [focus, selectionStart, selectionEnd, selectionDirection, anchorNode, anchorOffset, focusNode, focusOffset];
};

/** Takes them there again, where they are not. */
const attend = ([focus, from, to, way, ...marked]: any[]) =>
  attempt(() => {
    const lost = focus != focused();
    if (lost) focus.focus({ preventScroll: true });
    if (from == null) (getSelection() as any).setBaseAndExtent(...marked);
    else if (lost) focus.setSelectionRange(from, to, way);
  });

/** What a person is at in a node that is moved: the answer gives back what was lost of it. */
const hold = (node: any): (() => void) | undefined =>
  attempt(() => {
    const boxes = scrolled(node, above(node));
    const at = attention();
    return () => (attend(at), scroll(boxes));
  });

/**
 * The same of an element that is to be changed. The answer is called twice: once it is, to see what is lost by that; and once the change is
 * undone, to give that back to who has not gone elsewhere.
 */
export const keep = (element: any): (() => void) | undefined =>
  attempt(() => {
    const boxes = scrolled(element);
    const at = attention();
    let lost: typeof boxes | undefined;
    let then: any[];
    return () =>
      attempt(() => {
        if (lost) {
          scroll(lost);
          const now = attention();
          // Hidden, a field loses the focus later.
          const here = now[0] == then[0] || (now[0] == document.body && element.contains(at[0]));
          const same = (end: number) => now[end] == then[end] && now[end + 1] == then[end + 1];
          attend(now.map((one, i) => ((i < 4 ? here : same(i & ~1)) ? at[i] : one)));
        } else {
          then = attention();
          lost = boxes.filter(([box, { top, left }]) => box.scrollTop != top || box.scrollLeft != left);
        }
      });
  });

/** Moves a node with its state: what the browser does not take along is given back. False where it may not be there. */
export const place = (parent: any, node: any, next: any): boolean => {
  // In its place already: to move it could only lose something.
  if (node.parentNode == parent && (next == node || node.nextSibling == next)) return true;
  const move = (method: string) => attempt(() => (parent[method](node, next), true));
  const back = hold(node);
  // Chromium hangs on a `details` that was moved so and then got its own content back.
  const moved = (!attempt(() => node.matches("details,:has(details)")) && move("moveBefore")) || move("insertBefore");
  back?.();
  return !!moved;
};
