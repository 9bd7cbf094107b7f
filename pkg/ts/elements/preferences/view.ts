/** What the sections of the preference centre share. */

import type { Preferences } from "../../messages.js";
import type { Texts } from "./texts.js";

/** What the preference centre needs of the SDK. */
export interface Sdk {
  /** A call of the public object, by its name: `consent.get`, `visitor.profile`, … */
  call(name: string, args: unknown[]): any;
  /** Listens to `consent`, `segment` and the like. */
  on(name: string, listener: () => void): () => void;
}

/** A record of the backend about an act of choice. */
export interface Recorded {
  at: number;
  purposes: Record<string, string>;
  notice: string;
  receipt?: unknown;
}

/** What is shown now. */
export interface Shown {
  /** `consent.get()`. */
  choices: Record<string, { state: string; source?: string; decidedAt?: number; expiresAt?: number }>;
  /** `visitor.profile()`; null without personalization. */
  profile: Record<string, any> | null;
  /** Acts on record; undefined while they are fetched, null where the backend cannot be reached. */
  recorded: Recorded[] | null | undefined;
  /** The visitor's id; null while nothing is granted. */
  visitor: string | null;
  /** `visitor.preferences()`; undefined while it is fetched, null where the backend cannot be reached. */
  wanted: Preferences | null | undefined;
  /** What was typed so far as a channel's address, and the channel whose address was none. */
  typing: Record<string, string>;
  wrong?: string;
  /** The last change that was sent. */
  turn: Promise<any>;
  /** The trait that is being corrected, and what was typed so far. */
  editing?: { name: string; text: string };
  /** Whether erasing is being confirmed. */
  erasing?: boolean;
}

/** The preference centre, as its sections see it. */
export interface View {
  texts: Texts;
  shown: Shown;
  /** Name and text of a purpose. */
  purpose(id: string): [name: string, what: string];
  sdk: Sdk;
  /** Does something, says what came of it, and draws anew. */
  act(run: () => unknown, said?: string | ((answer: any) => string)): Promise<void>;
  /** Draws anew; the element with this key gets the focus. */
  draw(focus?: string): void;
}

/** Purposes in the order in which they are shown; others come after. */
export const PURPOSES = ["personalization", "measurement", "experiments", "marketing"];
