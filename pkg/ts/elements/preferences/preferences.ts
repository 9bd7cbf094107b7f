/**
 * `<vitrine-preferences lang="fr">`: the visitor's own page. Purposes, what is known and why, corrections, the groups that one is in
 * and the way out of them, what may be sent, the record of choices, everything as a file, and the end of everything.
 */

import { adopt, languageOf, make } from "../make.js";
import { textsFor as bannerTexts } from "../texts.js";
import { choices } from "./choices.js";
import { css } from "./css.js";
import { data } from "./data.js";
import { groups } from "./groups.js";
import { history } from "./history.js";
import { known } from "./known.js";
import { messages } from "./messages.js";
import { textsFor } from "./texts.js";
import type { ConsentReceipt } from "../../types.js";
import type { Recorded, Sdk, Shown, View } from "./view.js";

/** A receipt, as the record shows it. */
const recorded = (receipt: ConsentReceipt): Recorded => ({
  at: Date.parse(receipt.record.time),
  purposes: Object.fromEntries(Object.entries(receipt.record.processing ?? {}).map(([id, { status }]) => [id, status])),
  notice: receipt.record.notice ?? "",
  receipt,
});

const TAG = "vitrine-preferences";
const SECTIONS = { choices, known, groups, messages, history, data };

/** Defines the element; those that are already in the page come alive. */
export function define(sdk: Sdk): void {
  if (!customElements.get(TAG)) customElements.define(TAG, preferencesClass(sdk));
}

function preferencesClass(sdk: Sdk): CustomElementConstructor {
  return class extends HTMLElement {
    static readonly observedAttributes = ["lang"];
    private readonly root = this.attachShadow({ mode: "open" });
    private readonly status = make("p", { role: "status", class: "status" });
    private readonly body = make("div", { class: "sections" });
    private readonly shown: Shown = { choices: {}, profile: null, recorded: undefined, visitor: null, wanted: undefined, typing: {}, turn: Promise.resolve() };
    private ends: (() => void)[] = [];
    private due = false;
    /** Which look at the SDK is the newest. */
    private looked = 0;

    connectedCallback() {
      adopt(this.root, css);
      this.root.replaceChildren(this.body, this.status);
      this.ends = ["consent", "segment", "sync"].map((name) => sdk.on(name, () => this.later()));
      document.addEventListener("visibilitychange", this.back);
      addEventListener("focus", this.back);
      this.ends.push(() => (document.removeEventListener("visibilitychange", this.back), removeEventListener("focus", this.back)));
      void this.look();
    }

    disconnectedCallback() {
      this.ends.splice(0).forEach((end) => end());
    }

    attributeChangedCallback() {
      if (this.isConnected) this.draw();
    }

    /** Whoever comes back may have confirmed an address meanwhile, where its message was read. */
    private readonly back = async () => {
      const { shown } = this;
      if (document.hidden || !Object.values(shown.wanted?.channels ?? {}).some(({ pending }) => pending)) return;
      const wanted = await (shown.turn = shown.turn.then(() => sdk.call("visitor.preferences", [])));
      if (!wanted || !shown.visitor || !this.isConnected) return;
      shown.wanted = wanted;
      this.draw();
    };

    /** Many things may change in one turn: looks once. */
    private later() {
      if (this.due) return;
      this.due = true;
      setTimeout(() => ((this.due = false), void this.look()));
    }

    private async look() {
      const look = ++this.looked;
      const { shown } = this;
      shown.choices = sdk.call("consent.get", []) ?? {};
      const visitor: string | null = sdk.call("visitor.id", []) ?? null;
      if (visitor != shown.visitor) shown.wanted = undefined;
      shown.visitor = visitor;
      shown.profile = await sdk.call("visitor.profile", []);
      if (look == this.looked) this.draw();
      // Fetched once for each visitor, and again where it could not be: what changes it answers what holds.
      const [receipts, wanted] = await Promise.all([
        visitor == null ? [] : sdk.call("visitor.receipts", []),
        visitor == null ? undefined : (shown.wanted ?? sdk.call("visitor.preferences", [])),
      ]);
      if (look != this.looked) return;
      shown.recorded = receipts?.map(recorded) ?? null;
      shown.wanted = wanted;
      this.draw();
    }

    private view(): View {
      const lang = languageOf(this);
      const texts = textsFor(lang);
      const [, banner] = bannerTexts(lang);
      return {
        texts,
        sdk,
        shown: this.shown,
        purpose: (id) => banner.purposes[id] ?? [id, ""],
        draw: (focus) => this.draw(focus),
        act: async (run, said) => {
          // Said again where it is the same: emptied first.
          this.status.textContent = "";
          const answer = await run();
          this.status.textContent = (typeof said == "function" ? said(answer) : said) ?? "";
          await this.look();
        },
      };
    }

    private draw(focus = (this.root.activeElement as HTMLElement | null)?.dataset.key) {
      const view = this.view();
      const { texts } = view;
      const open = [...this.root.querySelectorAll("details[open]")].map((of) => (of as HTMLElement).dataset.key);
      this.body.lang = texts.words.lang;
      this.body.replaceChildren(...Object.entries(SECTIONS).flatMap(([name, make_]) => {
        const parts = make_(view);
        if (!parts.length) return [];
        return [make("section", { "aria-labelledby": name, "data-section": name }, make("h2", { id: name }, texts[name as keyof typeof SECTIONS]), ...parts)];
      }));
      for (const of of this.root.querySelectorAll<HTMLDetailsElement>("details")) of.open = open.includes(of.dataset.key);
      if (focus) this.root.querySelector<HTMLElement>(`[data-key="${CSS.escape(focus)}"]`)?.focus({ preventScroll: true });
    }
  };
}
