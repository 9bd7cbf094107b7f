/** What a consent source is, and what they share. */

/** How one of a source's categories stands. Never asked, asked again, or not answered: unknown. */
export type Said = "granted" | "denied" | "unknown";

/** By category, in the source's own words. What it never asks is not there. */
export type Snapshot = Record<string, Said>;

/** How news came: the source tells how things stand, it reports an update, or the visitor has just acted. */
export enum By {
  State,
  Update,
  Visitor,
}

/** Somebody who knows what the visitor chose. */
export interface Source {
  /** What it knows now; nothing while it cannot say. */
  read(): Snapshot | undefined;
  /** What its own record says, where that can be read at once and before its script is there. */
  readSync(): Snapshot | undefined;
  /** Calls back whenever reading may answer something else. */
  subscribe(changed: (by: By) => void): void;
  /** Its own record among the page's cookies, as it is; empty where it is none. */
  cookie?(): string;
  /** Which purposes its categories stand for, where their names alone do not tell. */
  readonly map?: Readonly<Record<string, string | readonly string[]>>;
}

/** What the site says about its consent source. */
export interface Rule {
  /** The only one to ask, or `auto`. */
  authority?: string;
  /** Purposes by category; wins over what is known of the source. */
  map?: Readonly<Record<string, string | readonly string[]>>;
}

/** What every chunk of a source exports. */
export interface Vendor {
  open(rule: Rule): Source;
}

/** The page, as far as nobody has made rules for it. */
export const page: any = globalThis;

/** One cookie as it is in the page, `name=value`; empty where there is none. */
export function pair(name: string): string {
  const start = `${name}=`;
  return document.cookie.split("; ").find((one) => one.startsWith(start)) ?? "";
}

/** The value of a cookie, decoded; empty where there is none or it is damaged. */
export function cookie(name: string): string {
  try {
    return decodeURIComponent(pair(name).slice(name.length + 1));
  } catch {
    return "";
  }
}

/** An object out of a text that anybody may have written; nothing where it is none. */
export function object(text: string): Record<string, any> | undefined {
  try {
    const of: unknown = JSON.parse(text);
    return typeof of == "object" && of ? (of as Record<string, any>) : undefined;
  } catch {
    return undefined;
  }
}

/** Who has just clicked or typed. A source that replays its choice at each page does so without. */
export const acting = () => (navigator.userActivation?.isActive ? By.Visitor : By.Update);

/** The nearest ancestor with a frame of this name. */
export function ancestor(locator: string): Window | undefined {
  for (let at: Window = window; at != at.parent; ) {
    at = at.parent;
    try {
      if ((at.frames as any)[locator]) return at;
    } catch {
      // Of another origin, and without such a frame.
    }
  }
  return undefined;
}

/** What this SDK says itself in a data layer is no news to it. */
export const ours = new WeakSet<object>();
