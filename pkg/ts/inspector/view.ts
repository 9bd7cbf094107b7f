/** What the inspector's parts share: texts, the model, and how to act and draw again. */

import { make } from "../elements/make.js";
import type { Model } from "./model.js";
import { fill, type Texts } from "./texts.js";

export interface View {
  texts: Texts;
  model: Model;
  /** What is being typed, by the field's key. */
  typing: Record<string, string>;
  /** Which field or detail is open, by key. */
  shown: Set<string>;
  /** Changes what is supposed and says what follows. */
  suppose(change: () => void, focus?: string): void;
  /** Draws again; `focus` is the key of what is to have it. */
  draw(focus?: string): void;
}

const WEEK = 604_800_000, DAY = 86_400_000, HOUR = 3_600_000, MINUTE = 60_000;

/** A length of time in its largest whole unit. */
export function span({ spans }: Texts, ms: number): string {
  const n = (unit: number) => String(Math.round((ms / unit) * 10) / 10);
  if (ms >= 2 * WEEK && ms % WEEK == 0) return fill(spans.w, n(WEEK));
  if (ms >= DAY) return fill(spans.d, n(DAY));
  if (ms >= HOUR) return fill(spans.h, n(HOUR));
  return ms >= MINUTE ? fill(spans.m, n(MINUTE)) : fill(spans.s, n(1000));
}

/** An instant; with the day where that is not today. */
export function instant({ lang }: Texts, at: number, full = false): string {
  const today = !full && new Date(at).toDateString() == new Date().toDateString();
  return new Intl.DateTimeFormat(lang, today ? { timeStyle: "medium" } : { dateStyle: "medium", timeStyle: "short" }).format(at);
}

/** A day. */
export const day = ({ lang }: Texts, at: number): string => new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeZone: "UTC" }).format(at);

/** A value as JSON, not longer than a line. */
export function brief(value: unknown, most = 80): string {
  const text = JSON.stringify(value) ?? "null";
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/** What somebody typed: JSON where it is some, else the text. */
export function typed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export const code = (text: string): HTMLElement => make("code", {}, text);

/** A button that does something. */
export function button(text: string, attributes: Record<string, string>, act: () => void): HTMLButtonElement {
  const element = make("button", { type: "button", ...attributes }, text);
  element.onclick = act;
  return element;
}

/** A button that opens and closes what is under `key`. */
export function toggle(view: View, text: string, named: string, key: string, open: boolean, act: () => void): HTMLButtonElement {
  const element = button(text, { class: "toggle", "data-key": key, "aria-expanded": String(open), "aria-label": `${text}: ${named}` }, () => {
    act();
    view.draw(key);
  });
  return element;
}

/** A field that keeps what is typed while everything around it is drawn again. */
export function field(view: View, key: string, named: string, value: string, attributes: Record<string, string> = {}): HTMLInputElement {
  const element = make("input", { "data-key": key, "aria-label": named, autocomplete: "off", spellcheck: "false", ...attributes });
  element.value = view.typing[key] ?? value;
  element.oninput = () => (view.typing[key] = element.value);
  return element;
}

/** A segment's name for people beside its id. */
export function titleOf({ texts, model }: View, id: string): string {
  const title = model.outline?.segments.find((segment) => segment.id == id)?.title ?? {};
  return title[texts.lang] ?? title[""] ?? Object.values(title)[0] ?? id;
}

/** What a slot shows, in words. */
export const shows = ({ own }: Texts, decided: { experience: string | null; variant: string | null } | undefined): string =>
  decided?.experience ? `${decided.experience} · ${decided.variant ?? own}` : own;

/** Something that may be drawn or not. */
export type Part = Node | string;
