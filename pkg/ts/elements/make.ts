/** Elements without markup: no text is ever parsed. */

/** An element with attributes and children; an empty attribute is left out, but for `hidden`. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string>,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value || name == "hidden") element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A style sheet that needs no `style` of the page's policy. */
export function adopt(root: ShadowRoot, css: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
}

/** The language of an element: its own, its page's, the visitor's. */
export const languageOf = (element: HTMLElement): string =>
  element.lang || element.closest<HTMLElement>("[lang]")?.lang || navigator.language;

/** Whether a purpose still has to be asked for. */
export const unanswered = (state: string | undefined): boolean => !state || state == "unknown" || state == "expired";
