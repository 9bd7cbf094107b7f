/** What a person wants to receive: `vitrine.visitor.preferences()` and `prefer()`. */

/** How often messages may come; `each` is as they come. */
export type Frequency = "each" | "daily" | "weekly" | "monthly" | "off";

/** Why a message may be sent. */
export type MessageBasis = "opt-in" | "customer-similar" | "contract-ongoing" | "interest" | "service";

/** One topic in one channel. */
export interface TopicPreference {
  /** Its name for people: text, or text by language. */
  readonly title: string | { readonly [language: string]: string } | null;
  readonly basis: MessageBasis;
  readonly notice?: string;
  /** What holds. */
  readonly frequency: Frequency;
}

/** One channel; its own frequency holds for topics of which nothing was said. */
export interface ChannelPreference extends TopicPreference {
  /** Where messages go, all but a few characters hidden. */
  readonly address?: string;
  /** Whether the address waits to be confirmed: nothing is sent until then. */
  readonly pending: boolean;
  readonly topics: { readonly [topic: string]: TopicPreference };
}

/** What may come, and why. */
export interface Preferences {
  /** Whether everything was stopped and nothing allowed since. */
  readonly stopped: boolean;
  /** The channel that the person likes best. */
  readonly preferred?: string;
  readonly channels: { readonly [channel: string]: ChannelPreference };
}

/** What the person changes. What is absent stays. */
export interface PreferencesChange {
  /** Stops everything but service messages, before anything else here. */
  readonly stop?: boolean;
  readonly channels?: { readonly [channel: string]: Frequency };
  readonly topics?: { readonly [channel: string]: { readonly [topic: string]: Frequency } };
  /** An empty address takes it back. That of somebody who is not logged in must be confirmed. */
  readonly addresses?: { readonly [channel: string]: string };
  /** Empty for none. */
  readonly preferred?: string;
  /** The language of the message that asks to confirm. */
  readonly locale?: string;
}
