/** What the inspector knows: the page as it is, and a replica of it as it would be. Nothing here changes the page but `force`. */

import type { Facade } from "../facade.js";
import { tools, type Answer, type Ask, type Fact, type Outline, type Question, type Read, type SupposedEvent } from "./tools.js";

/** What is supposed to be otherwise. */
export interface Scenario {
  facts: Record<string, unknown>;
  events: SupposedEvent[];
  consent: Record<string, string>;
  /** Another instant, in ms; null is now. */
  at: number | null;
}

/** An experience's variant on the page, chosen here. */
export interface Forced {
  experience: string;
  variant: string;
}

/** Something that happened: on this page, or before it as far as the device still knows. */
export interface Happened {
  at: number;
  /** A name of `on`, or `event`. */
  kind: string;
  detail: any;
}

const nothing = (): Scenario => ({ facts: {}, events: [], consent: {}, at: null });
/** Events of which the past is made again; more would make whoever looks wait. */
const STEPS = 40;

export class Model {
  scenario = nothing();
  forced: Forced | undefined;
  outline: Outline | undefined;
  facts: readonly Fact[] = [];
  /** The page, as its replica has it. */
  now: Read | undefined;
  /** The same with what is supposed; absent where nothing is. */
  then: Read | undefined;
  /** Supposed facts that no condition reads. */
  unread: readonly string[] = [];
  trees: Readonly<Record<string, any>> = {};
  consent: Record<string, any> = {};
  profile: any = null;
  visitor: string | null = null;
  /** What page and replica say differently; empty where they agree. */
  differs: string[] = [];
  /** Why there is no replica: `tools`, `rules` or `off`. */
  problem = "";
  /** What stands in the way, in the machine's words. */
  problemDetail = "";
  /** How the past looked at the events that the device still knows: made when it is asked for. */
  past: readonly Read[] = [];
  /** Segments and slots whose trees are looked at. */
  readonly open = new Set<string>();
  private ask: Ask | undefined;
  private state = new Uint8Array();
  private turn = 0;
  /** The instants of which `past` was made. */
  private remembered = "";

  constructor(readonly facade: Facade) {}

  /** Whether anything is supposed. */
  get supposes(): boolean {
    const { facts, events, consent, at } = this.scenario;
    return at != null || [facts, events, consent].some((some) => Object.keys(some).length > 0);
  }

  /** What is true where something is supposed, else what is. */
  get read(): Read | undefined {
    return this.then ?? this.now;
  }

  /**
   * Looks at the page again. Whether this look is still the newest: only then there is something to draw. Tools that could not be
   * loaded are asked for `again` only where somebody wants it.
   */
  async look(again = false): Promise<boolean> {
    const turn = ++this.turn;
    const { facade } = this;
    const consent = facade.call("consent.get", []) as Record<string, any>;
    const visitor = facade.call("visitor.id", []) as string | null;
    const [ask, state, profile] = await Promise.all([
      this.ask || (this.problem == "tools" && !again) ? this.ask : tools().catch((error) => ((this.problemDetail = String(error?.message ?? error)), undefined)),
      new Promise<Uint8Array | undefined>((give) => facade.ask((core) => (core.visitor("state", give), true), false) || give(undefined)),
      facade.call("visitor.profile", []),
    ]);
    this.ask ??= ask;
    // A look that began while these tools came went without them.
    if (turn != this.turn) return again && ask ? this.look() : false;
    if (ask) this.problemDetail = "";
    Object.assign(this, { consent, visitor, profile, state: state ?? new Uint8Array(), problem: !state ? "off" : ask ? "" : "tools" });
    this.think();
    return true;
  }

  /** Asks the replica again, without looking at the page. */
  think(): void {
    if (!this.ask || this.problem == "off") return this.bare();
    try {
      const is = this.put({ at: [null], facts: true, outline: true });
      [this.now, this.facts, this.outline] = [is.reads[0], is.facts ?? [], is.outline ?? undefined];
      this.problem = is.outline?.site ? "" : "rules";
      const { facts, events, consent, at } = this.scenario;
      const inputs = [
        ...(Object.keys(consent).length ? [{ consent }] : []),
        ...events.map(({ event, properties }) => ({ event: { type: "track", event, properties } })),
      ];
      const supposed = this.supposes && this.put({ at: [at], suppose: facts, inputs, explain: [...this.open] });
      this.then = supposed ? supposed.reads[0] : undefined;
      this.unread = (supposed && supposed.unread) || [];
      this.trees = supposed ? (supposed.trees ?? {}) : Object.fromEntries([...this.open].map((id) => [id, this.facade.call("explain", [id])]));
      this.differs = this.compare();
    } catch (error) {
      [this.problem, this.problemDetail] = ["tools", String(error)];
    }
  }

  /** Makes the past again, step by step. */
  remember(): void {
    const instants = [...new Set<number>((this.profile?.history ?? []).map(({ at }: any) => at))].slice(-STEPS);
    const { now } = this;
    // Each step is a replica of its own: made again only where something was added.
    if (instants.join() == this.remembered) return;
    this.remembered = instants.join();
    try {
      this.past = this.ask && now && instants.length ? this.put({ at: instants.filter((at) => at < now.at) }).reads : [];
    } catch {
      this.past = [];
    }
  }

  /** Everything that happened, oldest first. */
  happened(): Happened[] {
    const lived: Happened[] = this.facade.emitter.past.map(([at, kind, detail]) => ({ at, kind, detail }));
    const events: Happened[] = (this.profile?.history ?? []).map((detail: any) => ({ at: detail.at, kind: "event", detail }));
    return [...lived, ...events].sort((a, b) => a.at - b.at);
  }

  /** Shows a variant on the page, or (nothing) what the page shows by itself. Nothing of it counts. */
  force(forced: Forced | undefined): void {
    this.forced = forced;
    this.facade.ask((core) => core.preview(forced?.experience ?? "", forced?.variant ?? ""), undefined);
  }

  /** All that is drawn, with the past where `time` is looked at: to tell whether there is something new to draw. */
  seen(time: boolean): string {
    const { now, then, facts, trees, consent, differs, problem, forced, profile } = this;
    return JSON.stringify([now && { ...now, at: 0 }, then, facts, trees, consent, differs, problem, forced, profile, time && this.happened()]);
  }

  /** Supposes nothing any more. */
  reset(): void {
    this.scenario = nothing();
  }

  private put(question: Omit<Question, "visitor" | "consent">): Answer {
    return this.ask!(this.state, { visitor: this.visitor, consent: this.consent, ...question });
  }

  /** Without a replica: what the page says itself. */
  private bare(): void {
    const { facade } = this;
    const slots = [...new Set([...document.querySelectorAll("[data-vitrine-slot]")].map((slot) => slot.getAttribute("data-vitrine-slot")!))];
    const segments = facade.call("segments", []) as string[];
    this.outline = { site: facade.config.site, slots, segments: segments.map((id) => ({ id, title: {} })), experiences: [], events: [] };
    this.now = {
      at: Date.now(), rebuilt: false, segments, scores: {}, rejected: [], consent: {},
      decisions: Object.fromEntries(slots.map((slot) => [slot, facade.call("decide", [slot]) as any])),
    };
    this.trees = Object.fromEntries([...this.open].map((id) => [id, facade.call("explain", [id])]));
    [this.then, this.facts, this.unread, this.differs] = [undefined, [], [], []];
  }

  /**
   * The page's own word against the replica's. What is forced or locked is on screen for the page's own reasons; and it shows its own
   * content where an action failed, or where a list has nothing to show.
   */
  private compare(): string[] {
    const { facade, now, outline } = this;
    if (!now || !outline) return [];
    const said = facade.call("segments", []) as string[];
    const segments = outline.segments.map(({ id }) => id).filter((id) => said.includes(id) != now.segments.includes(id));
    const failed = (facade.call("diagnostics", []) as any[]).map(({ where }) => where);
    const slots = outline.slots.filter((slot) => {
      const { experience, variant, reason } = facade.call("decide", [slot]) as any;
      const replica = now.decisions[slot];
      const list = outline.experiences.some((one) => one.list && one.id == replica?.experience);
      const excused = /preview|locked|pending|not_ready|off/.test(reason) || (!experience && (list || failed.includes(slot)));
      return !excused && (experience != replica?.experience || variant != replica?.variant);
    });
    return [...segments, ...slots];
  }
}
