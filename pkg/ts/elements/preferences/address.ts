/** Where a channel's messages go, and the field to say so. An address is used once its owner has confirmed it. */

import type { ChannelPreference } from "../../messages.js";
import { make } from "../make.js";
import { ask, prefer, press } from "./messages.js";
import type { View } from "./view.js";
import { fill } from "./words.js";

const KINDS: Record<string, [type: string, autocomplete: string]> = { email: ["email", "email"], sms: ["tel", "tel"], phone: ["tel", "tel"], post: ["text", "street-address"] };

export function address(view: View, id: string, name: string, of: ChannelPreference): Node[] {
  // Browsers give these out themselves.
  if (id == "push") return [];
  const { texts: { message }, shown } = view;
  if (!of.address || shown.typing[id] != null) return [field(view, id, of)];
  const change = press(`change:${id}`, message.change, "small", () => ((shown.typing[id] = ""), view.draw(`address:${id}`)), fill(message.changeNamed, name));
  const drop = press(`drop:${id}`, message.drop, "small", () => void prefer(view, { addresses: { [id]: "" } }, message.dropped).then(() => view.draw(`address:${id}`)), fill(message.dropNamed, name));
  return [
    make("div", { class: "address" }, make("p", {}, message.goTo, " ", make("b", {}, of.address), ...(of.pending ? [" ", make("em", {}, message.pending)] : [])), change, drop,
      ...(of.pending ? [make("small", {}, message.pendingText)] : [])),
  ];
}

function field(view: View, id: string, of: ChannelPreference): HTMLElement {
  const { texts: { message }, shown } = view;
  const [type, autocomplete] = KINDS[id] ?? ["text", "off"];
  const wrong = shown.wrong == id;
  const label = message.addresses[id] ?? message.addresses.other!;
  const input = make("input", { id: `address-${id}`, type, autocomplete, "data-key": `address:${id}`, "aria-describedby": `address-${id}-help`, "aria-invalid": wrong ? "true" : "" });
  input.value = shown.typing[id] ?? "";
  input.addEventListener("input", () => (shown.typing[id] = input.value));
  const form = make("form", { class: "give", novalidate: "true" },
    make("label", { for: `address-${id}` }, label),
    make("div", { class: "edit" }, input, make("button", { class: "small", "data-key": `give:${id}`, "aria-label": `${view.texts.save}: ${label}` }, view.texts.save)),
    make("small", { id: `address-${id}-help`, class: wrong ? "wrong" : "" }, wrong ? message.wrong[id] ?? message.wrong.other! : message.doubleOptIn));
  const leave = (focus: string) => {
    delete shown.typing[id];
    delete shown.wrong;
    view.draw(focus);
  };
  if (of.address) form.querySelector(".edit")!.append(press(`keep:${id}`, view.texts.cancel, "small", () => leave(`change:${id}`)));
  form.addEventListener("keydown", (event) => event.key == "Escape" && of.address && leave(`change:${id}`));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void give(view, id, input.value.trim());
  });
  return form;
}

async function give(view: View, id: string, text: string): Promise<void> {
  const { texts: { message }, shown } = view;
  const said = message.wrong[id] ?? message.wrong.other!;
  await view.act(
    () => (text ? ask(view, { addresses: { [id]: text } }) : false),
    (now) => {
      if (!now) {
        if (now === false) shown.wrong = id;
        return now === false ? said : message.failed;
      }
      shown.wanted = now;
      delete shown.typing[id];
      delete shown.wrong;
      return message[now.channels[id]?.pending ? "given" : "givenKnown"];
    },
  );
  view.draw(shown.wrong == id || shown.typing[id] != null ? `address:${id}` : `change:${id}`);
}
