/** The panel itself: where it stands, its sections, its keys. */

import { adopt, make } from "../elements/make.js";
import { consent } from "./consent.js";
import { css } from "./css.js";
import { events } from "./events.js";
import { facts } from "./facts.js";
import type { Model } from "./model.js";
import { changes, scenario } from "./scenario.js";
import { segments } from "./segments.js";
import { slots } from "./slots.js";
import { timeline } from "./timeline.js";
import { textsFor, type Tab } from "./texts.js";
import { button, type Part, type View } from "./view.js";

const SECTIONS: Record<Tab, (view: View) => Part[]> = { slots, segments, facts, events, consent, timeline };
const TABS = Object.keys(SECTIONS) as Tab[];
/** The panel's size, in CSS pixels; the keys change it by steps. */
const LEAST = 320, STEP = 40;

export class Panel {
  /** The page's element around the panel; nothing of ours is outside of it. */
  readonly host = document.createElement("vitrine-inspector");
  private readonly root = this.host.attachShadow({ mode: "open" });
  private readonly view: View;
  private readonly above = make("div", { class: "above" });
  private readonly body = make("div", { class: "body", role: "tabpanel", id: "panel", "data-key": "panel", tabindex: "0" });
  private readonly status = make("p", { class: "status", role: "status" });
  private readonly heading = make("header", {});
  private readonly tabs: HTMLElement;
  private readonly grip: HTMLElement;
  /** Who had the focus before. */
  private readonly before = document.activeElement as HTMLElement | null;
  private tab: Tab = "slots";
  /** What was drawn last. */
  private drawn = "";
  /** A pointer is down, and something came meanwhile. */
  private pressed = false;
  private late = false;
  private readonly listens = new AbortController();
  private size = 500;

  constructor(model: Model, lang: string, private readonly close: () => void) {
    const texts = textsFor(lang);
    this.view = {
      texts, model, typing: {}, shown: new Set(),
      suppose: (change, focus) => {
        change();
        model.think();
        this.draw(focus);
        this.say();
      },
      draw: (focus) => this.draw(focus),
    };
    adopt(this.root, css);
    this.host.setAttribute("data-vitrine-ignore", "");
    this.host.lang = texts.lang;
    this.host.dataset.dock = "right";
    this.tabs = make("div", { class: "tabs", role: "tablist", "aria-label": texts.sections }, ...TABS.map((tab) => button(texts.tabs[tab], { role: "tab", id: `tab-${tab}`, "data-key": `tab:${tab}`, "aria-controls": "panel" }, () => this.select(tab))));
    this.tabs.onkeydown = (event) => this.move(event);
    this.grip = make("div", { class: "grip", role: "separator", tabindex: "0", "aria-label": texts.resize, "aria-valuemin": String(LEAST) });
    this.grip.onkeydown = (event) => this.resizeByKey(event);
    this.grip.onpointerdown = (event) => this.resizeByPointer(event);
    this.root.append(make("section", { "aria-label": texts.title, lang: texts.lang }, this.grip, this.heading, this.tabs, this.above, this.body, this.status));
    this.root.addEventListener("keydown", (event) => {
      // The page's own keys are not for who types here.
      event.stopPropagation();
      if ((event as KeyboardEvent).key == "Escape") this.close();
    });
    this.root.addEventListener("pointerdown", () => (this.pressed = true));
    for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => this.released(), { signal: this.listens.signal });
    this.head();
    this.resize(this.size);
  }

  open(): void {
    document.documentElement.append(this.host);
    this.body.append(make("p", { class: "quiet" }, this.view.texts.loading));
    this.mark();
    this.focus(`tab:${this.tab}`);
  }

  remove(): void {
    const inside = document.activeElement == this.host;
    this.listens.abort();
    this.host.remove();
    if (inside) this.before?.focus?.({ preventScroll: true });
  }

  private released(): void {
    this.pressed = false;
    // After the click that this is the end of.
    if (this.late) setTimeout(() => this.news());
    this.late = false;
  }

  /** Comes back to whoever opened it again. */
  front(): void {
    this.focus(`tab:${this.tab}`);
  }

  /** Draws what is new, but not under a finger: what is pressed must still be there when it is let go. */
  news(): void {
    const seen = this.view.model.seen(this.tab == "timeline");
    if (this.pressed) this.late = true;
    else if (seen != this.drawn) this.draw();
  }

  /** Draws everything again; who had the focus keeps it. */
  draw(focus = (this.root.activeElement as HTMLElement | null)?.dataset.key): void {
    const { view } = this;
    const { model, texts } = view;
    const typing = this.root.activeElement as HTMLInputElement | null;
    const caret = typing?.matches?.("input:not([type=number],[type=range],[type=datetime-local])") ? typing.selectionStart : null;
    const { scrollTop } = this.body;
    this.drawn = model.seen(this.tab == "timeline");
    const retry = button(texts.retry, { class: "small", "data-key": "retry" }, () => void model.look(true).then((newest) => newest && this.draw()));
    const problem = model.problem ? [make("div", { class: "strip bad" }, make("span", {}, texts.problems[model.problem]!, ...(model.problemDetail ? [" ", make("small", {}, model.problemDetail)] : [])), retry)] : [];
    this.above.replaceChildren(...problem, ...scenario(view));
    this.body.replaceChildren(...SECTIONS[this.tab](view));
    this.body.scrollTop = scrollTop;
    if (focus) this.focus(focus == "tab" ? `tab:${this.tab}` : focus, caret);
  }

  /** What follows from what is supposed, for who cannot see it. */
  private say(): void {
    const { texts, model } = this.view;
    const all = changes(this.view).map(({ what, after }) => `${what}: ${after}`);
    this.status.textContent = model.supposes ? all.join(". ") || texts.noChange : "";
  }

  private head(): void {
    const { texts, model } = this.view;
    const bottom = this.host.dataset.dock == "bottom";
    const dock = button("", { class: "icon", "data-key": "dock", "aria-label": bottom ? texts.dockRight : texts.dockBottom, title: bottom ? texts.dockRight : texts.dockBottom }, () => {
      this.host.dataset.dock = bottom ? "right" : "bottom";
      this.head();
      this.resize(bottom ? 500 : 380);
      this.focus("dock");
    });
    dock.append(make("span", { class: bottom ? "dock-right" : "dock-bottom", "aria-hidden": "true" }));
    const close = button("×", { class: "icon", "data-key": "close", "aria-label": texts.close, title: `${texts.close} (Esc)` }, this.close);
    this.heading.replaceChildren(make("h2", {}, texts.title), make("small", {}, model.facade.config.site), dock, close);
  }

  private select(tab: Tab): void {
    this.tab = tab;
    this.mark();
    this.body.scrollTop = 0;
    this.draw(`tab:${tab}`);
  }

  private mark(): void {
    for (const tab of TABS) {
      const element = this.root.getElementById(`tab-${tab}`)!;
      element.setAttribute("aria-selected", String(tab == this.tab));
      element.tabIndex = tab == this.tab ? 0 : -1;
    }
    this.body.setAttribute("aria-labelledby", `tab-${this.tab}`);
  }

  private move(event: KeyboardEvent): void {
    const place = TABS.indexOf(this.tab);
    const to = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: TABS.length - 1 }[event.key];
    if (to == null) return;
    event.preventDefault();
    this.select(TABS[(to + TABS.length) % TABS.length]!);
  }

  private focus(key: string, caret: number | null = null): void {
    const element = this.root.querySelector<HTMLInputElement>(`[data-key="${CSS.escape(key)}"]`);
    element?.focus({ preventScroll: false });
    if (caret != null) element?.setSelectionRange?.(caret, caret);
  }

  private resize(to: number): void {
    const bottom = this.host.dataset.dock == "bottom";
    const most = Math.max(LEAST, Math.round((bottom ? innerHeight : innerWidth) * 0.9));
    this.size = Math.min(Math.max(to, bottom ? 200 : LEAST), most);
    // By the object model: a policy against inline styles has nothing to refuse.
    this.host.style.setProperty("--size", `${this.size}px`);
    this.grip.setAttribute("aria-orientation", bottom ? "horizontal" : "vertical");
    this.grip.setAttribute("aria-valuenow", String(this.size));
    this.grip.setAttribute("aria-valuemax", String(most));
  }

  private resizeByKey(event: KeyboardEvent): void {
    const by = { ArrowLeft: STEP, ArrowUp: STEP, ArrowRight: -STEP, ArrowDown: -STEP }[event.key];
    if (!by) return;
    event.preventDefault();
    this.resize(this.size + by);
  }

  private resizeByPointer(event: PointerEvent): void {
    const bottom = this.host.dataset.dock == "bottom";
    this.grip.setPointerCapture?.(event.pointerId);
    this.grip.onpointermove = (move) => this.resize(bottom ? innerHeight - move.clientY : innerWidth - move.clientX);
    this.grip.onpointerup = this.grip.onpointercancel = () => (this.grip.onpointermove = null);
  }
}
