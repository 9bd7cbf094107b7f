/** The texts of the preference centre, by language. */

import { en } from "./texts.en.js";
import { fr } from "./texts.fr.js";
import type { Words } from "./words.js";

type Named = Record<string, string>;

/** One language's texts. `{0}` and `{1}` are places for values. */
export interface Texts extends Record<TextName, string> {
  states: Record<"granted" | "denied" | "withdrawn" | "expired", string>;
  sources: Named;
  said: Record<
    "saved" | "left" | "joined" | "granted" | "withdrawn" | "all" | "none" | "downloaded" | "downloadedHere" | "erased" | "erasedHere",
    string
  >;
  words: Words;
}

type TextName =
  | "choices" | "choicesText" | "acceptAll" | "refuseAll" | "basis" | "asked" | "known" | "knownText" | "knownNothing" | "knownEmpty" | "about" | "activity" | "recent"
  | "correct" | "correctNamed" | "save" | "cancel" | "sourceOther" | "groups" | "groupsText" | "groupsNone" | "why" | "leave" | "leaveNamed" | "left" | "rejoin" | "rejoinNamed"
  | "history" | "historyText" | "historyNone" | "historyUnreachable" | "receipt" | "receiptNamed" | "notice" | "granted" | "denied" | "withdrawn"
  | "data" | "dataText" | "download" | "erase" | "eraseSure" | "eraseText" | "eraseYes";

/** The texts for a BCP 47 tag. */
export const textsFor = (lang: string): Texts => (/^fr\b/i.test(lang) ? fr : en);
