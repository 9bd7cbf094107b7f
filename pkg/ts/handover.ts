/** Makes the boot's rows the engine's: they know now what the page has changed since, and their undo leaves that alone. */

import { undo } from "./ops.js";
import type { Applied, State } from "./state.js";

/** Called once, before the engine starts. */
export function handOver(state: State): void {
  state.applied.forEach(careful);
  const push = state.applied.push.bind(state.applied);
  // The boot goes on while the page is being parsed; its later rows are handed over as they come.
  state.applied.push = (...rows) => {
    rows.forEach(careful);
    return push(...rows);
  };
}

const tokens = (text: string | null): string[] => text?.match(/\S+/g) ?? [];

/** Declarations by themselves. */
function declared(text: string | null): CSSStyleDeclaration {
  const { style } = document.createElement("i");
  style.cssText = text!;
  return style;
}

/** Changes of a row that are taken back newest first, each only where it is still ours. */
function careful(row: Applied): void {
  const { records, ops, element } = row;
  const values = ops.flatMap((op) => op.flatMap((one) => [one, ...tokens(one)]));
  const given = (one: unknown) => values.includes(one as string);
  const cloned = ops.some(([of]) => / /.test(of));

  /** What the row sets in an element's style. */
  const styled = (target: any) => {
    const style: any = declared(null);
    for (const [of, at, method, ...given] of ops) if (of == "style" && (at ? target.matches(at) : target == element)) style[method](...given);
    return style as CSSStyleDeclaration;
  };
  /** Whether all that differs in an attribute is of our making. */
  const gave = (target: any, name: string, now: string | null, own: string | null) => {
    if (name == "class") {
      const [ours, its] = [tokens(now), tokens(own)];
      return [...ours, ...its].every((one) => ours.includes(one) == its.includes(one) || given(one));
    }
    if (name != "style") return now == null || given(now);
    const [here, ...known] = [declared(now), declared(own), styled(target)];
    return known.flatMap((style) => [...style]).concat([...here]).every((one) => known.some((style) => style.getPropertyValue(one) == here.getPropertyValue(one)));
  };
  /** Takes ours out of an attribute, and leaves what the page has put there. */
  const part = (target: any, name: string, own: string | null) => {
    const { classList, style } = target;
    if (name == "class") {
      const its = tokens(own);
      classList.remove(...[...classList].filter((one) => given(one) && !its.includes(one)));
      classList.add(...its.filter(given));
    } else if (name == "style") {
      const [ours, its] = [styled(target), declared(own)];
      for (const one of [...ours, ...its]) {
        const [now, was, before] = [style, ours, its].map((of) => of.getPropertyValue(one));
        if (now == was && was != before) style.setProperty(one, before, its.getPropertyPriority(one));
      }
    }
  };

  // The value that we left, by element and attribute: undefined where the page has changed it already. Later the one to be there next.
  const left = new Map<any, Map<string, any>>();
  const texts = new Map<any, unknown>();
  for (const { target, attributeName: name, oldValue, addedNodes } of [...records].reverse()) {
    if (name) {
      const now = (target as Element).getAttribute(name);
      left.set(target, (left.get(target) ?? new Map()).set(name, gave(target, name, now, oldValue) ? now : undefined));
    }
    addedNodes.forEach((node: any) => texts.set(node, cloned || node.data == null || given(node.data) ? node.data : left));
  }
  const there = ({ target, addedNodes }: MutationRecord) => [...addedNodes].every((node: any) => node.parentNode == target && node.data == texts.get(node));
  // What a later change of ours covers is not the page's doing.
  const covered = (node: Node, by = records) => by.some(({ removedNodes }) => [...removedNodes].some((one) => one.contains(node)));
  const seen = records.filter(({ addedNodes }, i) => ![...addedNodes].some((node) => covered(node, records.slice(0, i))));
  const targets = [element, ...records.map(({ target }) => target).filter((target) => !covered(target))];

  row.intact = () =>
    targets.every((target) => target.isConnected) && seen.every(there) &&
    [...left].every(([target, values]) => [...values].every(([name, value]) => target.getAttribute(name) === value));
  row.undo = () => {
    let clean = true;
    for (const record of records.splice(0)) {
      const { target, attributeName: name, oldValue }: any = record;
      const said = left.get(target)?.get(name);
      if (name) left.get(target)!.set(name, oldValue);
      if (name ? target.getAttribute(name) === said : there(record)) undo(record);
      else {
        clean = false;
        part(target, name, oldValue);
      }
    }
    return clean;
  };
}
