/**
 * The public types. A site's own names come from a generated `Site` (`vitrine types site.json`); without one, any
 * string is a name.
 */

import type { Code } from "./codes.js";
import type { Preferences, PreferencesChange } from "./messages.js";
import type { ConsentReceipt } from "./receipts.js";
export type { Code };
export type { ConsentRecord, ConsentReceipt } from "./receipts.js";
export type { ChannelPreference, Frequency, MessageBasis, Preferences, PreferencesChange, TopicPreference } from "./messages.js";

/** What a generated `Site` says: contents by slot, properties by event, and the segments' names. */
export interface SiteShape {
  slots: object;
  events: object;
  segments: string;
}

/** A site of which nothing is known: every name is accepted. */
export interface AnySite extends SiteShape {
  slots: Record<string, unknown>;
  events: Record<string, Properties>;
  segments: string;
}

/** What JSON can say. Anything else in an event is refused or left out, never thrown at. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };

/** An object of JSON values; `Date` becomes its ISO text. */
export type Properties = { readonly [key: string]: Json | Date | undefined };

/** A slot's name. */
export type SlotName<S extends SiteShape> = keyof S["slots"] & string;

/** The default purposes; a site may use fewer. */
export type Purpose = "measurement" | "personalization" | "experiments" | "marketing";

/** Where a visitor stands on a purpose. Only `granted` permits anything. */
export type ConsentState = "unknown" | "denied" | "granted" | "expired" | "withdrawn";

/** A purpose's state, who said so and for how long (ms since the Unix epoch; null while unknown). */
export interface Choice {
  readonly state: ConsentState;
  readonly source: string | null;
  readonly decidedAt: number | null;
  readonly expiresAt: number | null;
}

/** The state of every purpose. */
export type Choices = { readonly [P in Purpose]?: Choice };

/**
 * What became of an event. `stored`: it survives the browser's death. `held`: it is in this page's memory alone, until the
 * visitor chooses or because the device's storage cannot be used.
 */
export type Receipt =
  | { readonly status: "stored"; readonly reason?: undefined }
  | { readonly status: "held"; readonly reason?: undefined }
  | { readonly status: "dropped"; readonly reason: Code };

/** How the SDK runs on this page; `reason` says why it is not `full`. */
export interface Ready {
  readonly mode: "full" | "memory" | "contextual" | "off";
  readonly reason: string | null;
}

/** Why a slot shows what it shows: a closed list. */
export type Reason =
  | "matched"
  | "preview"
  | "locked"
  | "holdout"
  | "site_holdout"
  | "none"
  | "pending"
  | "not_ready"
  | "off";

/** The decision for one slot. `variant: null` is the page's own content. */
export interface Decision<S extends SiteShape = AnySite, N extends SlotName<S> = SlotName<S>> {
  readonly slot: N;
  readonly experience: string | null;
  readonly variant: string | null;
  readonly reason: Reason;
  readonly holdout: boolean;
  /** Typed data, for slots that render themselves. */
  readonly content: S["slots"][N] | null;
}

/** Something went wrong, where, and what to do about it. */
export interface Diagnostic {
  readonly code: Code;
  readonly message: string;
  readonly where: string;
  readonly help: string;
}

/** A segment was entered or left. */
export interface SegmentChange<S extends SiteShape = AnySite> {
  readonly id: S["segments"];
  readonly inside: boolean;
}

/** A purpose's state changed. */
export interface ConsentChange {
  readonly purpose: Purpose;
  readonly state: ConsentState;
}

/** Something that a variant tells the page. */
export interface Emitted<S extends SiteShape = AnySite> {
  readonly slot: SlotName<S>;
  readonly experience: string;
  readonly variant: string;
  readonly name: string;
  readonly detail: Json;
}

/** The events of `on`, and their details. In the DOM they are called `vitrine:<name>`. */
export interface EventMap<S extends SiteShape = AnySite> {
  ready: Ready;
  decision: Decision<S>;
  /** What a slot shows, or holds back from who is held out, was seen: half of it, for a second; once a page view. */
  exposure: Decision<S>;
  /** What a variant tells the page with the action `emit`. */
  emit: Emitted<S>;
  segment: SegmentChange<S>;
  consent: ConsentChange;
  sync: { readonly unsent: number };
  diagnostic: Diagnostic;
}

/** Ends a subscription; calling it again does nothing. */
export type Unsubscribe = () => void;

/** Options of one event. */
export interface EventOptions {
  /** When it happened, if not now. */
  readonly timestamp?: Date | number | string;
  /** The site's own id for it: the same id is counted once. Fewer than 100 characters. */
  readonly messageId?: string;
}

/** That the site's own server vouches for who this is. */
export type Proof = { readonly iat: number; readonly mac: string } | { readonly jwt: string };

/** A consent source that this SDK knows; `tcf:<id>` asks TCF for one vendor. */
export type Authority =
  | "vanilla-cookieconsent"
  | "klaro"
  | "tarteaucitron"
  | "osano"
  | "onetrust"
  | "didomi"
  | "commanders-act"
  | "axeptio"
  | "transcend"
  | "tcf"
  | `tcf:${number}`
  | "gpp"
  | "consent-mode";

/** Which purposes a consent source's categories stand for. */
export type ConsentMap = { readonly [category: string]: Purpose | readonly Purpose[] };

/** Consent, as the visitor's acts. */
export interface Consent {
  /** The state of every purpose. */
  get(): Choices;
  /** A new act of the visitor. */
  set(purposes: { readonly [P in Purpose]?: "granted" | "denied" }): Promise<void>;
  /** A choice that the site's own banner kept. */
  restore(record: {
    readonly purposes: { readonly [P in Purpose]?: "granted" | "denied" };
    readonly decidedAt: Date | number | string;
    readonly noticeVersion?: string;
  }): Promise<void>;
  /** Takes back one purpose, or all. The page shows its own content when this returns. */
  withdraw(purpose?: Purpose): Promise<void>;
  /** Shows the plain banner. */
  open(): Promise<void>;
}

/** The visitor's own data. */
export interface Visitor {
  /** The public id of this device, or null while nothing is granted. */
  id(): string | null;
  profile(): Promise<Readonly<Record<string, unknown>> | null>;
  /** What the visitor says is right, whatever other sources say. */
  correct(traits: Properties): Promise<void>;
  /** Leaves the visitor out of a segment for good, or (`false`) takes that back. */
  optOut(segment: string, out?: boolean): Promise<void>;
  export(): Promise<Readonly<Record<string, unknown>> | null>;
  erase(): Promise<void>;
  /** A receipt for each act of choice that the backend recorded, to keep and to verify; null where it keeps nothing. */
  receipts(): Promise<readonly ConsentReceipt[] | null>;
  /** What may come through each channel, and why; null while nothing is granted or where the backend cannot be reached. */
  preferences(): Promise<Preferences | null>;
  /** Changes it and answers what holds then: false where the backend refuses it, null where it cannot be reached. */
  prefer(change: PreferencesChange): Promise<Preferences | false | null>;
}

/** How things stand at an instant, as the inspector's replica of the page has it. */
export interface Inspected {
  /** ms since the Unix epoch. */
  readonly at: number;
  readonly segments: readonly string[];
  readonly decisions: { readonly [slot: string]: { readonly experience: string | null; readonly variant: string | null; readonly reason: string } };
  /** Experiences that were not chosen, and why. */
  readonly rejected: readonly { readonly experience: string; readonly reason: string }[];
}

/** What the inspector shows, as data. */
export interface InspectorDump {
  readonly now: Inspected | null;
  /** The same with what is supposed; null where nothing is. */
  readonly then: Inspected | null;
  /** The facts that conditions read. */
  readonly facts: readonly { readonly path: string; readonly value: Json; readonly provenance: string; readonly readBy: readonly string[] }[];
  /** Segments and slots in which page and replica disagree. */
  readonly differs: readonly string[];
  /** Why there is no replica: `tools`, `rules` or `off`. */
  readonly problem: string | null;
  readonly forced: { readonly experience: string; readonly variant: string } | null;
  /** Everything that happened, oldest first. */
  readonly happened: readonly { readonly at: number; readonly kind: string; readonly detail: unknown }[];
}

/** The inspector that is open on the page. */
export interface Inspector {
  /** Takes the panel away, with what it forced on the page; again does nothing. */
  close(): void;
  dump(): Promise<InspectorDump>;
}

/** The page's one object. Frozen; no call throws. */
export interface Vitrine<S extends SiteShape = AnySite> {
  /** The SDK's version. */
  readonly version: string;
  /** Resolves once the SDK runs or knows that it cannot; never rejects. */
  readonly ready: Promise<Ready>;
  /** Loads and starts the SDK; idempotent. Earlier calls are done then, in order. */
  start(): Promise<Ready>;
  track<N extends keyof S["events"] & string>(
    name: N,
    properties?: Readonly<S["events"][N]>,
    options?: EventOptions,
  ): Promise<Receipt>;
  page(name?: string, properties?: Properties, options?: EventOptions): Promise<Receipt>;
  identify(id: string, traits?: Properties, options?: EventOptions & { readonly proof?: Proof }): Promise<Receipt>;
  group(id: string, traits?: Properties, options?: EventOptions): Promise<Receipt>;
  alias(id: string, options?: EventOptions): Promise<Receipt>;
  /** Logout: a new anonymous visitor; the device's own choice survives. */
  reset(): Promise<void>;
  /** Sends what waits, and waits for the server. */
  flush(): Promise<void>;
  /**
   * Says what the page knows about itself: `{ page: { type: "category" }, data: { … } }`. `{ minor: true }` takes
   * personalization and marketing back and lets nobody grant them on this page.
   */
  context(facts: Properties): void;
  /** What the slot shows now. */
  decide<N extends SlotName<S>>(slot: N): Decision<S, N>;
  /** Calls back now and at each change. */
  onSlot<N extends SlotName<S>>(slot: N, listener: (decision: Decision<S, N>) => void): Unsubscribe;
  /** The page draws this slot itself, in this element: whether it is seen is looked at there. */
  seen(slot: SlotName<S>, element: Element): void;
  /** Shows what a preview link (`vitrine preview`) is for; nothing of it counts. */
  preview(token: string): Promise<void>;
  segments(): readonly S["segments"][];
  inSegment(segment: S["segments"]): boolean;
  /** Calls back now and at each change. */
  onSegment(segment: S["segments"], listener: (inside: boolean) => void): Unsubscribe;
  on<K extends keyof EventMap<S>>(name: K, listener: (detail: EventMap<S>[K]) => void): Unsubscribe;
  /** Why a segment or slot is as it is. */
  explain(id: SlotName<S> | S["segments"]): unknown;
  /**
   * Opens the inspector on the page, or comes back to it. Loaded by this call alone; undefined where it cannot be, and a
   * diagnostic says why.
   */
  inspect(): Promise<Inspector | undefined>;
  /** The last 50 diagnostics of this page. */
  diagnostics(): readonly Diagnostic[];
  /** Stops the SDK on this page and puts the page's own content back. */
  off(reason?: string): void;
  readonly consent: Consent;
  readonly visitor: Visitor;
}

/** Options of `createVitrine`. */
export interface Options {
  /** The site's id. */
  readonly site: string;
  /** The public write key (`pk_…`). */
  readonly key: string;
  /** Public keys that the bundle's signature is checked with, by key id. */
  readonly verify?: { readonly [keyId: number]: string };
  /** Prefix of every server path; "" is the page's own origin. */
  readonly endpoint?: string;
  /** How long a slot may stay hidden, in ms (default 400). */
  readonly deadline?: number;
  /** Which authority to ask for consent. */
  readonly consent?: "auto" | "manual" | Authority | { readonly authority?: "auto" | Authority; readonly map?: ConsentMap };
  /** Whether page views, clicks and forms are observed (default true). */
  readonly autotrack?: boolean;
  /** Prints every event of `on` to the console. */
  readonly debug?: boolean;
  /** Where the wasm is served, where the build cannot know. */
  readonly wasmUrl?: string | URL;
}
