/** The inspector's texts, by language. `{0}` and `{1}` are places for values. */

import { en } from "./texts.en.js";
import { fr } from "./texts.fr.js";

export type Tab = "slots" | "segments" | "facts" | "events" | "consent" | "timeline";

/** One language's texts. */
export interface Texts extends Record<TextName, string> {
  tabs: Record<Tab, string>;
  /** Why a slot shows what it shows. */
  reasons: Record<string, string>;
  /** Why an experience was not chosen. */
  rejected: Record<string, string>;
  provenance: Record<string, string>;
  states: Record<string, string>;
  purposes: Record<string, string>;
  kinds: Record<string, string>;
  /** The parts of an experience's conditions. */
  parts: Record<string, string>;
  modes: Record<string, string>;
  problems: Record<string, string>;
  spans: Record<"w" | "d" | "h" | "m" | "s", string>;
}

type TextName =
  | "lang" | "title" | "close" | "dockRight" | "dockBottom" | "resize" | "sections" | "retry" | "loading"
  | "agrees" | "differs" | "own" | "onPage" | "notOnPage" | "why" | "wins" | "priority" | "purpose" | "starts" | "force" | "forceNamed" | "release" | "forcedBar" | "variants" | "noExperiences" | "noSlots"
  | "inside" | "outside" | "enters" | "leaves" | "filter" | "noMatch" | "noSegments" | "needsPersonalization" | "optedOut"
  | "holds" | "fails" | "unknown" | "decides" | "toTurn" | "noTurn" | "not" | "happens" | "happensNot" | "now" | "try" | "tryNamed" | "all" | "any" | "none" | "negated" | "inSegment" | "never" | "incomplete"
  | "count" | "quoted" | "within" | "session" | "page" | "ever" | "since" | "sinceFirst" | "sequence" | "rank" | "time" | "anniversary" | "anyEvent"
  | "facts" | "factsText" | "noFacts" | "edit" | "editNamed" | "suppose" | "cancel" | "drop" | "dropNamed" | "valueOf" | "valueHint" | "readBy" | "supposed" | "unread" | "everything" | "everythingNone"
  | "eventsText" | "eventsNone" | "eventsNoConsent" | "eventName" | "eventProperties" | "eventTimes" | "eventAdd" | "eventBad" | "eventHeading"
  | "consentText" | "consentNone" | "source" | "decidedOn" | "expiresOn" | "asIs" | "consentSuppose"
  | "timeline" | "unsent" | "sent" | "timelineText" | "travel" | "travelText" | "step" | "earlier" | "later" | "present" | "date" | "plus" | "rebuilt" | "timelineNone" | "entered" | "left" | "goTo" | "goToNamed" | "future"
  | "whatIf" | "reset" | "noChange" | "asOf" | "eventChip" | "neverTouches" | "remove";

/** The texts for a BCP 47 tag. */
export const textsFor = (lang: string): Texts => (/^fr\b/i.test(lang) ? fr : en);

/** Puts values into the places of a text. */
export const fill = (text: string, ...values: (string | number)[]): string => text.replace(/\{(\d)\}/g, (_, n) => String(values[n] ?? ""));
