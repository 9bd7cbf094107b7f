/** In a page: an element with these attributes as a template, filled with an item, as its HTML. */

import { cards } from "../ts/catalog.js";

(window as any).run = (attributes: [string, string][], inside: string, item: object) => {
  const template = document.createElement("template");
  template.id = "card";
  const element = document.createElement("a");
  for (const [name, value] of attributes) element.setAttribute(name, value);
  const style = document.createElement("style");
  style.append(inside);
  element.append(inside, style);
  template.content.append(element);
  document.body.replaceChildren(template);
  const [card] = cards(document.body, "#card", [item]) as [HTMLElement];
  return [card.outerHTML, template.innerHTML == element.outerHTML];
};
