/** What a known visitor saw decided last is on the page before its first paint. */

import { apply, undo, type Op } from "./ops.js";
import type { Applied, Config, Hidden, State } from "./state.js";

/** What the next page shows in a slot, as the engine or the compiler settled it. */
export interface Row extends Hidden {
  selector: string;
  style: CSSStyleDeclaration;
  path: null | string;
  notBefore: number | null;
  notAfter: number;
  ops: Op[] | null;
  experience: string;
  variant: string;
}

/**
 * Reads the choice, then, only where it allows personalization, what was decided; applies it as slots arrive.
 * Throws where a record is absent, unreadable or of another shape; what was hidden by then is shown at the deadline.
 */
export function paint(state: State, config: Config): void {
  const now = Date.now();
  const read = (name: string) => JSON.parse(localStorage.getItem(`vt:${config.site}:${name}`)!);
  const choices = read("c").p;
  const granted: any = Object.keys(choices)
    .filter((purpose) => now / 864e5 < choices[purpose][3] + 1 && choices[purpose][0] == "granted")
    .sort();
  if (!/person/.test(granted)) return;
  const { v, choice, cookie, sessionEndsAt, same, fresh } = read("p");
  // Cookies are asked for in another process: only where one matters.
  if (v == 1 && choice == granted && (cookie == "" || document.cookie.includes(cookie)))
    place(state, now < sessionEndsAt ? same : fresh, now, config.deadline);
}

/** Hides the slots of rows that hold here and now, and changes them as they arrive. */
export function place(state: State, rows: Row[], now: number, deadline: number): void {
  // Before anything is hidden: a row that cannot be read ends what follows.
  setTimeout(() => state.hidden.map((slot) => slot.show()), deadline);
  // By a style sheet: it holds before the element exists, changes no attribute and needs no line in a policy. Only once something
  // has to wait: what is parsed as a whole is changed before a frame can show it.
  const sheet = new CSSStyleSheet();
  let adopted: unknown;
  const hide = () => (adopted ||= document.adoptedStyleSheets.push(sheet));
  for (const row of rows) {
    const { slot, path } = row;
    if (
      state.hidden.every((other) => other.slot != slot) &&
      row.notBefore! <= now &&
      row.notAfter > now &&
      (!path || path == location.pathname)
    ) {
      row.selector = `vitrine-slot[name=${CSS.escape(slot)}],[data-vitrine-slot=${CSS.escape(slot)}]`;
      sheet.insertRule(row.selector + "{visibility:hidden}");
      row.style = (sheet.cssRules[0] as CSSStyleRule).style;
      row.show = () => (row.style.cssText = "");
      state.hidden.push(row);
      row.ops || hide();
    }
  }

  const scan = () => {
    const whole = document.readyState != "loading";
    for (const row of state.hidden as Row[])
      for (const element of document.querySelectorAll<HTMLElement>(row.selector))
        if (!row.ops) row.style.minHeight = element.dataset.vitrineReserve!;
        else if (!whole && !parsed(element)) hide();
        else if (state.applied.every((other) => other.element != element)) {
          const records = apply(observer, element, row.ops);
          if (records[0]) state.applied.push({ ...row, element, records, undo: () => records.splice(0).map(undo) } as Applied);
          row.show();
        }
    if (whole) state.stop();
  };
  const observer = new MutationObserver(scan);
  observer.observe(document, { childList: true, subtree: true, attributeOldValue: true });
  document.addEventListener("readystatechange", scan);
  state.stop = () => {
    observer.disconnect();
    document.removeEventListener("readystatechange", scan);
  };
  scan();
}

/** Whether the parser has left the element: something follows it or one of those it is in. */
const parsed = (node: Node | null): unknown => node && (node.nextSibling || parsed(node.parentNode));
