/** Purposes: one switch each, everything and nothing on one level. */

import { make } from "../make.js";
import { date, fill } from "./words.js";
import { PURPOSES, type View } from "./view.js";

export function choices(view: View): Node[] {
  const { texts, shown, sdk } = view;
  const known = Object.keys(shown.choices);
  const purposes = [...PURPOSES.filter((id) => !known.length || known.includes(id)), ...known.filter((id) => !PURPOSES.includes(id))];
  const rows = purposes.map((id) => {
    const [name, what] = view.purpose(id);
    const choice = shown.choices[id];
    const input = make("input", { type: "checkbox", role: "switch", name: id, "data-key": `purpose:${id}` });
    input.checked = choice?.state == "granted";
    input.addEventListener("change", () =>
      void view.act(
        // Taking back is its own act: what rested on the purpose goes at once.
        () => (input.checked ? sdk.call("consent.set", [{ [id]: "granted" }]) : sdk.call("consent.withdraw", [id])),
        fill(texts.said[input.checked ? "granted" : "withdrawn"], name),
      ));
    return make("li", {}, make("label", {}, make("b", {}, name), make("span", {}, what), input), make("small", {}, `${texts.basis} · ${since(view, id)}`));
  });
  const all = (key: string, text: string, state: "granted" | "denied") => {
    const button = make("button", { type: "button", "data-key": key }, text);
    const given = Object.fromEntries(purposes.map((id) => [id, state]));
    button.addEventListener("click", () => void view.act(() => sdk.call("consent.set", [given]), texts.said[state == "granted" ? "all" : "none"]));
    return button;
  };
  return [
    make("p", {}, texts.choicesText),
    make("ul", { class: "rows" }, ...rows),
    make("div", { class: "acts" }, all("refuse", texts.refuseAll, "denied"), all("accept", texts.acceptAll, "granted")),
  ];
}

function since({ texts, shown }: View, id: string): string {
  const { state, decidedAt, expiresAt } = shown.choices[id] ?? { state: "unknown" };
  const text = texts.states[state as keyof typeof texts.states];
  // The last day is the one before its end.
  return text ? fill(text, date(texts.words, decidedAt ?? 0), date(texts.words, (expiresAt ?? 1) - 1)) : texts.asked;
}
