/** Choices on record, with their receipts. */

import { make } from "../make.js";
import { save } from "./data.js";
import type { View } from "./view.js";
import { date, fill, moment } from "./words.js";

export function history(view: View): Node[] {
  const { texts, shown } = view;
  const parts: Node[] = [make("p", {}, texts.historyText)];
  if (shown.recorded === undefined) return parts;
  if (!shown.recorded?.length) return [...parts, make("p", { class: "none" }, shown.recorded ? texts.historyNone : texts.historyUnreachable)];
  const items = [...shown.recorded].reverse().map((record, place) => {
    const said = Object.entries(record.purposes).map(([id, state]) => `${view.purpose(id)[0]} ${texts[state as "granted"] ?? state}`);
    const button = make("button", { type: "button", class: "small", "data-key": `receipt:${place}`, "aria-label": fill(texts.receiptNamed, moment(texts.words, record.at)) }, texts.receipt);
    button.addEventListener("click", () => save(record.receipt ?? record, `vitrine-receipt-${new Date(record.at).toISOString().slice(0, 10)}.json`));
    return make("li", {}, make("b", {}, date(texts.words, record.at)), button, make("small", {}, `${said.join(", ")} · ${fill(texts.notice, record.notice || "–")}`));
  });
  return [...parts, make("ul", { class: "rows groups" }, ...items)];
}
