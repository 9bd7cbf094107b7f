/** The texts of the preference centre, by language. */

import type { Frequency } from "../../messages.js";
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
  message: MessageTexts;
  words: Words;
}

/** Those about messages. */
export interface MessageTexts extends Record<MessageTextName, string> {
  channels: Named;
  often: Record<Frequency, string>;
  /** Why a message may be sent; `{0}` is the law. */
  bases: Named;
  /** The law by basis, or by basis and kind of channel. */
  laws: Named;
  addresses: Named;
  wrong: Named;
}

type MessageTextName =
  | "text" | "nobody" | "unreachable" | "retry" | "failed" | "refused" | "stopped" | "commercial" | "commercialNamed" | "on" | "off" | "others" | "waits" | "switchedOn" | "switchedOff"
  | "howOften" | "howOftenNamed" | "differs" | "savedNamed" | "topicsNamed" | "topicNamed" | "always" | "goTo" | "pending" | "pendingText" | "change" | "changeNamed" | "drop" | "dropNamed"
  | "dropped" | "doubleOptIn" | "given" | "givenKnown" | "best" | "noBest" | "bestSaved" | "noBestSaved" | "stop" | "stopText" | "stopSaid";

type TextName =
  | "choices" | "choicesText" | "acceptAll" | "refuseAll" | "basis" | "asked" | "known" | "knownText" | "knownNothing" | "knownEmpty" | "about" | "activity" | "recent"
  | "correct" | "correctNamed" | "save" | "cancel" | "sourceOther" | "groups" | "groupsText" | "groupsNone" | "why" | "leave" | "leaveNamed" | "left" | "rejoin" | "rejoinNamed"
  | "history" | "historyText" | "historyNone" | "historyUnreachable" | "receipt" | "receiptNamed" | "notice" | "granted" | "denied" | "withdrawn"
  | "messages" | "data" | "dataText" | "download" | "erase" | "eraseSure" | "eraseText" | "eraseYes";

/** The texts for a BCP 47 tag. */
export const textsFor = (lang: string): Texts => (/^fr\b/i.test(lang) ? fr : en);
