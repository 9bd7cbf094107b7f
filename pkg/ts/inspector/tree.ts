/** Why: the engine's tree, each leaf with what it reads, what it asks, what it finds and what comes out. */

import { make } from "../elements/make.js";
import { fill, type Texts } from "./texts.js";
import { brief, button, code, instant, span, titleOf, type Part, type View } from "./view.js";

const SIGNS: Record<string, string> = { is: "=", $eq: "=", $ne: "≠", $lt: "<", $lte: "≤", $gt: ">", $gte: "≥", $veq: "=", $vne: "≠", $vlt: "<", $vlte: "≤", $vgt: ">", $vgte: "≥", $in: "∈", $nin: "∉" };

/** A condition with its deciding leaf marked, and what would turn its answer. */
export function condition(view: View, tree: any, about: any): Part[] {
  if (!tree) return [];
  const decided = about.decided && JSON.stringify(about.decided);
  return [make("ul", { class: "tree" }, node(view, tree, { decided, marked: false })), ...turn(view, about.change)];
}

interface Mark {
  decided: string | undefined;
  /** Only the first of equal leaves decides. */
  marked: boolean;
}

function node(view: View, tree: any, mark: Mark): HTMLElement {
  const { texts } = view;
  const result = tree.result === true ? "yes" : tree.result === false ? "no" : "open";
  const said = texts[tree.result === true ? "holds" : tree.result === false ? "fails" : "unknown"];
  const sign = make("span", { class: `sign ${result}`, role: "img", "aria-label": said }, result == "yes" ? "✓" : result == "no" ? "✕" : "?");
  if (tree.of && tree.op != "$since") {
    const names: Record<string, string> = { $and: texts.all, $or: texts.any, $nor: texts.none, $not: texts.negated };
    const line = tree.op == "$segment" ? [`${texts.inSegment} `, make("b", {}, titleOf(view, tree.segment))] : [names[tree.op] ?? tree.op];
    return make("li", { "data-result": result }, make("div", { class: "leaf" }, sign, make("span", {}, ...line)), make("ul", {}, ...tree.of.map((one: any) => node(view, one, mark))));
  }
  const decides = !mark.marked && JSON.stringify(tree) == mark.decided;
  mark.marked ||= decides;
  const notes = [
    ...(decides ? [make("span", { class: "chip mark" }, texts.decides)] : []),
    ...(tree.supposed ? [make("span", { class: "chip what" }, texts.supposed)] : []),
    ...(tree.exact === false ? [make("span", { class: "chip" }, fill(texts.incomplete, instant(texts, tree.since)))] : []),
  ];
  return make("li", { "data-result": result, ...(decides && { class: "decides" }) }, make("div", { class: "leaf" }, sign, make("span", {}, ...leaf(texts, tree), ...notes.flatMap((note) => [" ", note]))));
}

/** `profile.plan = "gold"`, and what was found. */
function leaf(texts: Texts, of: any): Part[] {
  if (of.op == "$segment") return [`${texts.inSegment} `, make("b", {}, of.segment)];
  if (of.op == "constant" || of.op == "unknown") return [texts.unknown];
  const length = of.op == "$since";
  const write = (value: unknown) => (length && typeof value == "number" ? span(texts, value) : brief(value));
  const asked = (of.tests ?? [{ op: of.test ?? of.op, operand: of.operand }]).map(({ op, operand }: any) => test(op, operand, write));
  const found = of.value !== undefined ? [make("span", { class: "found" }, of.value === null && length ? texts.never : write(of.value))] : [];
  return [subject(texts, of), " ", ...(of.op == "$time" || of.op == "$sequence" ? [] : [code(asked.join(", ")), " "]), ...found];
}

const test = (op: string, operand: unknown, write: (value: unknown) => string): string =>
  op == "$rank" ? `∋ ${write(operand)}` : op == "$anniversary" ? "" : `${SIGNS[op] ?? op.replace("$", "")} ${operand === undefined ? "" : write(operand)}`.trim();

function subject(texts: Texts, of: any): Part {
  const names = (of.events ?? []).map((name: string) => fill(texts.quoted, name.replace(/^:/, ""))).join(", ") || texts.anyEvent;
  switch (of.op) {
    case "$events": {
      const within = typeof of.within == "number" ? fill(texts.within, span(texts, of.within)) : texts[(of.within ?? "ever") as "ever"];
      const what = of.compute && of.compute != "count" ? `${of.compute} (${names})` : fill(texts.count, names);
      return `${what} ${within}`;
    }
    case "$since":
      return fill(of.of == "first" ? texts.sinceFirst : texts.since, names);
    case "$sequence":
      return fill(texts.sequence, names);
    case "$rank":
      return texts.rank;
    case "$time":
      return texts.time;
    case "$anniversary":
      return fill(texts.anniversary, of.path);
    default:
      return code(of.path ?? of.op ?? "");
  }
}

/** The smallest change that turns the answer; what can be supposed at once can be tried. */
function turn(view: View, change: any[] | null | undefined): Part[] {
  const { texts } = view;
  if (change === undefined) return [];
  if (!change?.length) return [make("p", { class: "turn" }, texts.noTurn)];
  const items = change.map((one) => {
    const trial = tried(one);
    const act = trial && one.path ? [button(texts.try, { class: "small", "data-key": `try:${one.path}`, "aria-label": fill(texts.tryNamed, one.path, brief(trial[0])) }, () =>
      view.suppose(() => (view.model.scenario.facts[one.path] = trial[0])))] : [];
    return make("li", {}, make("span", {}, ...wish(texts, one)), ...act);
  });
  return [make("p", { class: "turn" }, texts.toTurn), make("ul", { class: "change" }, ...items)];
}

function wish(texts: Texts, one: any): Part[] {
  const name = one.path ? code(one.path) : make("span", {}, subject(texts, one));
  const { wanted } = one;
  if (typeof wanted == "boolean") return [name, ` ${wanted ? fill(texts.happens, "") : fill(texts.happensNot, "")}`.replace(/\s+/g, " ")];
  const length = one.op == "$since";
  const write = (value: unknown) => (length && typeof value == "number" ? span(texts, value) : brief(value));
  const text = (of: Record<string, unknown>): string => Object.entries(of).map(([op, operand]) => (op == "$not" ? fill(texts.not, text(operand as any)) : test(op, operand, write))).join(", ");
  return [name, " ", code(text(wanted)), one.value === undefined ? "" : ` (${fill(texts.now, one.value === null && length ? texts.never : write(one.value))})`];
}

/** A value that would pass, behind which nothing is asked of it. */
function tried({ wanted }: any): [unknown] | undefined {
  const not = wanted?.$not;
  const [op, operand] = Object.entries<any>(not ?? wanted ?? {})[0] ?? [];
  const number = typeof operand == "number";
  // What is asked, turned round where it must not hold any more.
  const ops: Record<string, [unknown, unknown]> = {
    is: [operand, null], $eq: [operand, null], $ne: [null, operand], $gte: [operand, number ? operand - 1 : null], $gt: [number ? operand + 1 : operand, operand],
    $lte: [operand, number ? operand + 1 : null], $lt: [number ? operand - 1 : operand, operand], $in: [operand?.[0], null], $nin: [null, operand?.[0]], $exists: [operand ? true : null, operand ? null : true],
  };
  const values = op && ops[op];
  return values && Object.keys(not ?? wanted).length == 1 ? [values[not ? 1 : 0]] : undefined;
}
