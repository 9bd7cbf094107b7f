/**
 * The public calls: checks what the page passes, keeps their order until the engine is ready, and lets nothing throw
 * into the page.
 */

import { checkId, cleanObject, Refused, time } from "./clean.js";
import type { Code } from "./codes.js";
import { diagnostic, Emitter, freeze, guard } from "./emitter.js";
import type { Config, Entry, State } from "./state.js";
import { named, type Core, type CoreClass, type Done } from "./surface.js";
import type { Ready } from "./types.js";
import { visitorCalls } from "./visitor.js";

type Answers = Record<string, (args: any[], at?: number) => unknown>;

/** What else of the page the facade is given: chunks that load when they are asked for. */
export interface Parted {
  /** Shows the plain banner. */
  openBanner(): Promise<void>;
  /** Looks for other consent sources, by what the site file says of them. */
  look?(site: string): void;
}

/** The calls of one instance, over an engine that has just been started. */
export class Facade {
  readonly emitter: Emitter;
  /** Who else may grant a purpose, if anybody. */
  authority = (_purpose: string): string => "";
  private core: Core | undefined;
  private gone: Code | undefined;
  /** Calls made before the engine is ready; absent afterwards. */
  private waiting: Entry[] | undefined = [];
  /** What ends the promises that a stopped engine will not. */
  private readonly open = new Set<() => void>();
  /** What listeners have not heard yet. */
  private readonly news: [string, any][] = [];

  constructor(
    private readonly state: State,
    readonly config: Config,
    private readonly parted: Parted,
  ) {
    this.emitter = new Emitter(!!config.debug);
  }

  /** Starts the engine, does what waited and resolves `ready`. */
  start(engine: CoreClass, config: Config): void {
    const { state } = this;
    try {
      this.core = engine.start(config, state, (name, ...said) => this.notify(name, said));
    } catch (error) {
      this.trap(error);
    }
    state.live = (name, args) => this.call(name, args);
    for (const [name, args, resolve, at] of state.q.splice(0)) resolve(this.call(name, args, at));
  }

  /** Answers one call; `at` is when it was made, if not now. */
  call(name: string, args: any[], at?: number): unknown {
    const answer = this.answers[name]!;
    // What answers at once, and what takes something back, does not wait.
    if (!this.waiting || !QUEUED.test(name)) return answer(args, at);
    return new Promise((resolve) => this.waiting!.push([name, args, resolve, at ?? Date.now()]));
  }

  /** The engine stopped by an internal error: the page's own content, and no more calls into it. */
  trap(error: unknown): void {
    if (this.gone) return;
    this.emitter.diagnose("VT-TRAP", String(error));
    this.end("VT-TRAP", () => this.core?.off("trap"));
  }

  private end(reason: Code, stop: () => void): void {
    this.gone = reason;
    // The engine may be past answering: what the boot did is taken back by the boot.
    guardEngine(stop);
    this.state.clear();
    for (const give of [...this.open]) give();
    this.settle({ mode: "off", reason });
  }

  private settle(ready: Ready): void {
    const waiting = this.waiting;
    if (!waiting) return;
    this.waiting = undefined;
    endBoot(this.state);
    for (const [name, args, resolve, at] of waiting) resolve(this.call(name, args, at));
    this.state.settle(freeze({ mode: ready.mode, reason: ready.reason ?? null }));
    // After who waits for `ready`: they can ask already.
    this.spread();
  }

  /** Listeners hear of what is decided before anything that waits for the call, but the call does not wait for them. */
  private spread(): void {
    queueMicrotask(() => this.news.splice(0).forEach(([name, detail]) => this.hear(name, detail)));
  }

  private notify(name: string, said: any[]): void {
    // Once the engine is gone, why is said; what it says of its own end is no second reason.
    const diagnoses = name == "diagnostic";
    if (this.gone && diagnoses) return;
    // The call that ends the SDK is the facade's, and not for its middle.
    if (name == "stopped") return queueMicrotask(() => this.call("off", [name]));
    if (name == "authority") return this.parted.look?.(said[0]);
    const detail = diagnoses ? diagnostic(said[0], said[1]) : named(name, said);
    // Not at once: the engine may still be starting.
    if (name == "ready") queueMicrotask(() => this.settle(detail));
    if (name == "decision" || name == "segment") {
      const first = this.news.push([name, detail]) == 1;
      // What was decided in one turn comes in one call.
      while (said.length) this.news.push([name, named(name, said)]);
      if (first && !this.waiting) this.spread();
    } else this.hear(name, detail);
  }

  private hear(name: string, detail: any): void {
    guard(() => {
      this.emitter.emit(name, detail);
      if (name == "decision") this.emitter.tell(`slot:${detail.slot}`, detail);
      if (name == "segment") this.emitter.tell(`segment:${detail.id}`, detail.inside);
    });
  }

  /** Calls the engine; a call that it does not survive is answered with `otherwise`. */
  ask<T>(run: (core: Core) => T, otherwise: T): T {
    if (this.gone || !this.core) return otherwise;
    try {
      return run(this.core);
    } catch (error) {
      this.trap(error);
      return otherwise;
    }
  }

  /** A promise that the engine keeps, with the names of `what`; ended with `otherwise` should the engine stop first. */
  private later<T>(run: (core: Core, done: Done) => void, otherwise: () => T, what?: string): Promise<T> {
    return new Promise((resolve) => {
      const give = (value: T) => (this.open.delete(stop), resolve(value));
      const stop = () => give(otherwise());
      this.open.add(stop);
      const done: Done = (...said) => give(freeze(what ? named(what, said) : said[0]));
      if (!this.ask((core) => (run(core, done), true), false)) stop();
    });
  }

  private dropped(code: Code, where: string) {
    this.emitter.diagnose(code, where);
    return { status: "dropped", reason: code };
  }

  private event(kind: string, name: unknown, data: unknown, options: unknown, at: number | undefined): unknown {
    const where = `${kind}(${typeof name == "string" ? name.slice(0, 40) : typeof name})`;
    let text: string, id = "", when = at, proven = "";
    try {
      if (kind == "page" ? name != null && typeof name != "string" : typeof name != "string" || !name)
        throw new Refused(kind == "track" ? "VT-EVENT-NAME" : kind == "page" ? "VT-ARGUMENT" : "VT-ID", where);
      if (kind != "track" && kind != "page") checkId(name, where);
      text = JSON.stringify(cleanObject(data, where));
      // Own members only: what a polluted prototype says is nobody's option.
      const { timestamp, messageId, proof } = Object.assign(Object.create(null), options) as Record<string, unknown>;
      if (timestamp != null && (when = time(timestamp)) == null) throw new Refused("VT-ARGUMENT", `${where}.timestamp`);
      if (messageId != null) id = checkId(messageId, `${where}.messageId`);
      if (proof != null) proven = JSON.stringify(cleanObject(proof, `${where}.proof`));
    } catch (error) {
      return Promise.resolve(error instanceof Refused ? this.dropped(error.code, error.path) : this.dropped("VT-ARGUMENT", where));
    }
    return this.later<unknown>(
      (core, done) => core.event(kind, (name as string | undefined) ?? "", text, id, when ?? NaN, proven, done),
      () => ({ status: "dropped", reason: this.gone ?? "VT-OFF" }),
      "receipt",
    );
  }

  /** A call whose argument must be an object; without an answer of its own but where `run` gives one. */
  private order(what: string, value: unknown, run: (core: Core, clean: Record<string, unknown>, done: Done) => void) {
    try {
      const clean = cleanObject(value, what);
      return this.later<any>((core, done) => run(core, clean, done), () => undefined);
    } catch (error) {
      this.emitter.diagnose(error instanceof Refused ? error.code : "VT-ARGUMENT", what);
      return Promise.resolve();
    }
  }

  /** Another consent source says how things stand. */
  told(source: string, purposes: Record<string, string>, acted: boolean, cookie: string): void {
    this.ask((core) => core.consent_told(source, purposes, acted, cookie), undefined);
  }

  /** A choice made here before, of which the device has lost its record. */
  kept(record: object): void {
    this.ask((core) => core.consent_restore(record, true), undefined);
  }

  /** The states of a call that may be: not what another source alone may grant. Nothing where none is left. */
  private states(what: string, purposes: unknown): object | undefined {
    const all = Object.entries(typeof purposes == "object" && purposes ? purposes : { "": "" });
    if (!all.every(([, state]) => state == "granted" || state == "denied")) return void this.emitter.diagnose("VT-ARGUMENT", what);
    const ruled = all.filter(([purpose, state]) => state == "granted" && this.authority(purpose));
    if (ruled[0]) this.emitter.diagnose("VT-CONSENT-DISAGREE", `${what}: ${this.authority(ruled[0][0])}`);
    return ruled[0] && ruled.length == all.length ? undefined : Object.fromEntries(all.filter((one) => !ruled.includes(one)));
  }

  private subscribe(what: string, id: unknown, listener: any, now: (core: Core) => unknown): () => void {
    if (typeof id != "string" || typeof listener != "function") {
      this.emitter.diagnose("VT-ARGUMENT", `${what}(${String(id)})`);
      return () => {};
    }
    let on = true;
    const off = this.emitter.add(`${what == "onSlot" ? "slot" : "segment"}:${id}`, listener);
    const tell = () => on && guard(() => listener(freeze(this.ask(now, undefined) ?? own(id, "off"))));
    if (this.waiting) this.waiting.push(["", [], tell, 0]);
    else tell();
    return () => {
      on = false;
      off();
    };
  }

  private readonly answers: Answers = {
    "": () => undefined,
    start: () => undefined,
    track: ([name, data, options], at) => this.event("track", name, data, options, at),
    page: ([name, data, options], at) => this.event("page", name, data, options, at),
    identify: ([id, data, options], at) => this.event("identify", id, data, options, at),
    group: ([id, data, options], at) => this.event("group", id, data, options, at),
    alias: ([id, options], at) => this.event("alias", id, undefined, options, at),
    reset: () => this.later<any>((core, done) => (core.reset(), this.emitter.forget(), done()), () => undefined),
    flush: () => this.later<any>((core, done) => core.flush(done), () => undefined, "sync"),
    context: ([facts]) => void this.order("context", facts, (core, clean, done) => (core.context(clean), done())),
    decide: ([slot]) => {
      if (typeof slot != "string") this.emitter.diagnose("VT-ARGUMENT", "decide");
      const early = own(slot, this.gone ? "off" : "not_ready");
      return this.waiting || typeof slot != "string" ? early : freeze(this.ask((core) => named("decision", core.decide(slot)), early));
    },
    segments: () => freeze(this.ask((core) => core.segments(), [])),
    inSegment: ([segment]) => this.ask((core) => core.segments(), []).includes(segment),
    explain: ([id]) => (typeof id == "string" ? freeze(this.ask((core) => core.explain(id), null)) : null),
    seen: ([slot, element]) => element instanceof Element ? this.ask((core) => core.seen(String(slot), element), undefined) : this.emitter.diagnose("VT-ARGUMENT", "seen"),
    preview: ([token]) => import("./preview.js").then(async ({ read }) => {
      const forced = await read(String(token), this.config);
      forced ? this.ask((core) => core.preview(...forced), undefined) : this.emitter.diagnose("VT-PREVIEW", "preview");
    }).catch(() => {}),
    inspect: () => import("./inspector/inspector.js").then(({ inspect }) => inspect(this)).catch(() => this.emitter.diagnose("VT-LOAD-FAILED", "inspect")),
    diagnostics: () => freeze([...this.emitter.ring]),
    on: ([name, listener]) => this.emitter.on(name, listener),
    onSlot: ([slot, listener]) => this.subscribe("onSlot", slot, listener, (core) => named("decision", core.decide(slot as string))),
    onSegment: ([segment, listener]) =>
      this.subscribe("onSegment", segment, listener, (core) => core.segments().includes(segment)),
    off: ([reason]) => {
      this.ask((core) => core.off(String(reason ?? "")), undefined);
      this.end("VT-OFF", () => {});
    },
    "consent.get": () => freeze(this.ask((core) => core.consent_get(), {})),
    "consent.set": ([said]) => {
      const purposes = this.states("consent.set", said);
      return purposes ? this.order("consent.set", purposes, (core, clean, done) => (core.consent_set(clean), done())) : Promise.resolve();
    },
    "consent.restore": ([record]) => {
      const decidedAt = time(record?.decidedAt);
      if (decidedAt == null) this.emitter.diagnose("VT-ARGUMENT", "consent.restore.decidedAt");
      const purposes = decidedAt != null && this.states("consent.restore", record.purposes);
      const what = { ...record, purposes, decidedAt };
      return purposes ? this.order("consent.restore", what, (core, clean, done) => (core.consent_restore(clean, false), done())) : Promise.resolve();
    },
    "consent.withdraw": ([purpose]) => {
      // A grant that still waits was said before this.
      this.waiting = this.waiting?.filter(([name, , resolve]) => !/set|restore/.test(name) || resolve(undefined));
      const one = typeof purpose == "string" ? purpose : undefined;
      return this.later<any>((core, done) => (core.consent_withdraw(one), done()), () => undefined);
    },
    "consent.later": ([guess]) => this.ask((core) => core.consent_later(guess === true), undefined),
    "consent.open": () => this.parted.openBanner(),
    ...visitorCalls({
      ask: (run, otherwise) => this.ask(run, otherwise),
      later: (run, otherwise) => this.later(run, otherwise),
      order: (what, value, run) => this.order(what, value, run),
      wrong: (what) => this.emitter.diagnose("VT-ARGUMENT", what),
    }),
  };
}

/** Calls whose order among each other matters. */
const QUEUED = /^(track|page|identify|group|alias|reset|flush|context|consent\.(set|restore)|visitor\.[^i])/;

const own = (slot: unknown, reason: string): any =>
  ({ slot, experience: null, variant: null, reason, holdout: false, content: null });

/** Decisions are real from here on, or there will be none: nothing stays hidden, and our style sheet goes. */
function endBoot(state: State): void {
  state.stop();
  state.hidden.forEach((slot) => slot.show());
  const sheet = state.hidden[0]?.style?.parentRule?.parentStyleSheet;
  if (sheet) document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other != sheet);
}

function guardEngine(run: () => void): void {
  try {
    run();
  } catch {
    // It has already said why it stopped.
  }
}
