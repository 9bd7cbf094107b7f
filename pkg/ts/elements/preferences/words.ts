/** Facts, values and times in the visitor's words. */

/** What the words of one language are made of. */
export interface Words {
  lang: string;
  /** Facts by their path; a `*` at its end stands for the rest, which is `{0}` in the text. */
  facts: Record<string, string>;
  /** Values by what they mean. */
  values: Record<string, string>;
  /** What a rule asks of a value, by operator. */
  asked: Record<string, string>;
  /** How often and how long, for rules about events. */
  times: Record<string, string>;
  yes: string;
  no: string;
  nothing: string;
}

/** Puts values into the places of a text. */
export const fill = (text: string, ...values: string[]): string => text.replace(/\{(\d)\}/g, (_, n) => values[n] ?? "");

/** "basket-waiting" and "lastName" as people write them. */
export function humane(id: string): string {
  const text = id.replace(/([a-z])([A-Z])/g, "$1 $2").replace(/[-_.]+/g, " ").trim().toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The name of a fact. */
export function fact(words: Words, path: string): string {
  const known = words.facts[path];
  if (known) return known;
  for (const [start, text] of Object.entries(words.facts)) {
    if (start.endsWith("*") && path.startsWith(start.slice(0, -1))) {
      const rest = path.slice(start.length - 1);
      return fill(text, humane(rest), rest);
    }
  }
  return humane(path);
}

const INSTANT = /\.(last|updated|at|seen)$/;

/** A value as text; `path` says what it is. */
export function value(words: Words, of: unknown, path = ""): string {
  if (of == null || of === "") return words.nothing;
  if (typeof of == "boolean") return of ? words.yes : words.no;
  if (typeof of == "number") return INSTANT.test(path) && of > 1e11 ? date(words, of) : number(words, of);
  if (Array.isArray(of)) return of.length ? list(words, of.map((one) => value(words, one))) : words.nothing;
  if (typeof of == "object") return list(words, Object.entries(of).map(([name, one]) => `${humane(name)} ${value(words, one)}`));
  const text = String(of);
  if (/^\d{4}-\d\d-\d\d(T|$)/.test(text) && !Number.isNaN(Date.parse(text))) return date(words, Date.parse(text));
  return words.values[text] ?? text;
}

export const number = (words: Words, of: number): string =>
  new Intl.NumberFormat(words.lang, { maximumFractionDigits: 2 }).format(of);
export const list = (words: Words, of: string[]): string => new Intl.ListFormat(words.lang).format(of);
export const date = (words: Words, ms: number): string => new Intl.DateTimeFormat(words.lang, { dateStyle: "long" }).format(ms);
export const moment = (words: Words, ms: number): string =>
  new Intl.DateTimeFormat(words.lang, { dateStyle: "long", timeStyle: "short" }).format(ms);

const UNITS: [string, number][] = [["day", 86_400_000], ["hour", 3_600_000], ["minute", 60_000], ["second", 1_000]];

/** A length of time: "7 days". */
export function span(words: Words, ms: number): string {
  const [unit, size] = UNITS.find(([, size]) => ms >= size) ?? UNITS[3]!;
  const rounded = Math.round((ms / size) * 10) / 10;
  return new Intl.NumberFormat(words.lang, { style: "unit", unit, unitDisplay: "long" }).format(rounded);
}
