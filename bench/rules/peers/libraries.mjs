// The libraries, each set up as its own documentation says for rules that are evaluated often. Facts have flat names, which
// all of them look up fastest, and what is only for development is switched off.

import { GrowthBook } from "@growthbook/growthbook";
import jsonLogic from "json-logic-js";
import { Query } from "mingo";
import sift from "sift";

import { condition, features } from "../site.mjs";
import { everything } from "./decide.mjs";
import { quiet } from "./quiet.mjs";

export function growthbook(model) {
  const gb = new GrowthBook({ ...quiet, attributes: { ...model.facts } }).initSync({ payload: features(model) });
  const ids = model.segments.map(segment => segment.id);
  return everything(model, (facts, inside) => {
    gb.setAttributes(facts);
    for (let at = 0; at < ids.length; at++) inside[at] = gb.isOn(ids[at]);
  });
}

const logic = ({ name, op, value }) => {
  const fact = { var: name };
  switch (op) {
    case "$gt": return { ">": [fact, value] };
    case "$lt": return { "<": [fact, value] };
    case "$in": return { in: [fact, value] };
    case "$exists": return { [value ? "!==" : "==="]: [fact, null] };
    default: return { "===": [fact, value] };
  }
};

export function logicJs(model) {
  const rules = model.segments.map(({ clauses }) => ({ and: clauses.map(logic) }));
  return everything(model, (facts, inside) => {
    for (let at = 0; at < rules.length; at++) inside[at] = jsonLogic.apply(rules[at], facts);
  });
}

export function sifted(model) {
  const rules = model.segments.map(({ clauses }) => sift(condition(clauses)));
  return everything(model, (facts, inside) => {
    for (let at = 0; at < rules.length; at++) inside[at] = rules[at](facts);
  });
}

export function mingo(model) {
  const rules = model.segments.map(({ clauses }) => new Query(condition(clauses)));
  return everything(model, (facts, inside) => {
    for (let at = 0; at < rules.length; at++) inside[at] = rules[at].test(facts);
  });
}
