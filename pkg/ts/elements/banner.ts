/**
 * `<vitrine-consent-banner lang="fr">`: a plain banner. Refusing is as easy as accepting, on the same level; each
 * purpose by itself is one more click; nothing is ticked beforehand, and closing is no answer.
 */

import { css } from "./banner.css.js";
import { adopt, languageOf, make, unanswered } from "./make.js";
import { textsFor } from "./texts.js";

/** What the banner needs of the SDK. */
export interface ConsentCalls {
  get(): Record<string, { state: string } | undefined>;
  set(purposes: Record<string, "granted" | "denied">): unknown;
}

const TAG = "vitrine-consent-banner";
const DEFAULT = ["personalization", "measurement", "experiments", "marketing"];

interface Banner extends HTMLElement {
  show(asked: boolean): void;
}

/** Defines the element; those that are already in the page come alive and ask if there is something to ask. */
export function define(consent: ConsentCalls): void {
  if (!customElements.get(TAG)) customElements.define(TAG, bannerClass(consent));
}

/** Shows the banner of the page, or one of our own where it has none. */
export async function open(consent: ConsentCalls): Promise<void> {
  define(consent);
  const banner = (document.querySelector(TAG) ?? document.body.appendChild(document.createElement(TAG))) as Banner;
  banner.show(true);
}

function bannerClass(consent: ConsentCalls): CustomElementConstructor {
  const purposes = () => {
    const known = Object.keys(consent.get());
    return DEFAULT.filter((purpose) => !known.length || known.includes(purpose));
  };
  return class extends HTMLElement implements Banner {
    static readonly observedAttributes = ["lang"];
    private readonly root = this.attachShadow({ mode: "open" });
    private returnTo: Element | null = null;

    connectedCallback() {
      adopt(this.root, css);
      if (purposes().some((purpose) => unanswered(consent.get()[purpose]?.state))) this.show(false);
    }

    attributeChangedCallback() {
      if (this.hasAttribute("open")) this.draw(false);
    }

    /** Shows it; `asked` is true where the visitor asked for it, who is then taken to it. */
    show(asked: boolean) {
      this.draw(asked);
      this.setAttribute("open", "");
      if (!asked) return;
      this.returnTo = document.activeElement;
      this.root.querySelector<HTMLElement>(".card")?.focus();
    }

    private close() {
      const inside = this.root.activeElement;
      this.removeAttribute("open");
      this.root.replaceChildren();
      if (inside && this.returnTo instanceof HTMLElement) this.returnTo.focus();
      this.returnTo = null;
    }

    private choose(state: (purpose: string) => boolean) {
      // Within the gesture: the choice is made before anything else can happen.
      consent.set(Object.fromEntries(purposes().map((purpose) => [purpose, state(purpose) ? "granted" : "denied"])));
      this.close();
    }

    private draw(asked: boolean) {
      const [lang, texts] = textsFor(languageOf(this));
      const choices = consent.get();
      const list = make("ul", { hidden: "" });
      for (const purpose of purposes()) {
        const [name, what] = texts.purposes[purpose] ?? [purpose, ""];
        const input = make("input", { type: "checkbox", role: "switch", name: purpose });
        input.checked = choices[purpose]?.state == "granted";
        list.append(make("li", {}, make("label", {}, make("b", {}, name), make("span", {}, what), input)));
      }
      const picked = (purpose: string) => !!list.querySelector<HTMLInputElement>(`[name="${purpose}"]`)?.checked;
      const button = (act: string, text: string, run: () => void, kind = "") => {
        const made = make("button", { type: "button", "data-act": act, class: kind }, text);
        made.addEventListener("click", run);
        return made;
      };
      const save = button("save", texts.save, () => this.choose(picked), "save");
      save.hidden = true;
      const more = button("choose", texts.choose, () => {
        list.hidden = save.hidden = false;
        more.remove();
        list.querySelector("input")?.focus();
      }, "quiet");
      const acts = make("div", { class: "acts" },
        button("refuse", texts.refuse, () => this.choose(() => false)),
        button("accept", texts.accept, () => this.choose(() => true)),
        save,
        more,
      );
      const answered = purposes().every((purpose) => !unanswered(choices[purpose]?.state));
      if (asked && answered) {
        acts.append(button("close", texts.close, () => this.close(), "quiet"));
        // They came to look at what they chose.
        more.click();
      }
      const card = make("section", { class: "card", role: "dialog", "aria-labelledby": "title", "aria-describedby": "text", tabindex: "-1", lang },
        make("div", { class: "head" }, make("h2", { id: "title" }, texts.title), make("p", { id: "text" }, texts.text)),
        list,
        acts,
      );
      card.addEventListener("keydown", (event) => {
        if (event.key == "Escape" && asked && answered) this.close();
      });
      this.root.replaceChildren(card);
    }
  };
}
