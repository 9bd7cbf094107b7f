/** Segments: why the visitor is in each, and the way out. */

import { make } from "../make.js";
import type { View } from "./view.js";
import { reasons, titleOf, type Reason } from "./why.js";
import { fill } from "./words.js";

export function groups(view: View): Node[] {
  const { texts, shown, sdk } = view;
  const { profile } = shown;
  if (!profile) return [];
  const titles = profile.titles ?? {};
  const inside = Object.entries<any>(profile.segments ?? {});
  const out: string[] = profile.optedOut ?? [];
  const act = (id: string, gone: boolean) => {
    const title = titleOf(texts.words, titles, id);
    const name = fill(gone ? texts.leaveNamed : texts.rejoinNamed, title);
    const button = make("button", { type: "button", class: "small", "aria-label": name, "data-key": `group:${id}` }, gone ? texts.leave : texts.rejoin);
    const said = fill(texts.said[gone ? "left" : "joined"], title);
    button.addEventListener("click", () => void view.act(() => sdk.call("visitor.optOut", [id, gone]), said));
    return button;
  };
  const items = inside.map(([id, tree]) => {
    const why = reasons(texts.words, titles, tree);
    const details = make("details", { "data-key": `why:${id}` }, make("summary", {}, texts.why), branch(why));
    return make("li", {}, make("b", {}, titleOf(texts.words, titles, id)), act(id, true), ...(why.length ? [details] : []));
  });
  const parts: Node[] = [make("p", {}, inside.length ? texts.groupsText : texts.groupsNone)];
  if (items.length) parts.push(make("ul", { class: "rows groups" }, ...items));
  if (out.length) {
    const left = out.map((id) => make("li", {}, make("b", {}, titleOf(texts.words, titles, id)), act(id, false)));
    parts.push(make("h3", {}, texts.left), make("ul", { class: "rows groups" }, ...left));
  }
  return parts;
}

const branch = (list: Reason[]): HTMLElement =>
  make("ul", { class: "why" }, ...list.map(({ text, of }) => make("li", {}, text, ...(of?.length ? [branch(of)] : []))));
