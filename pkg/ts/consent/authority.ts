/**
 * Asks the consent sources of the page: each purpose has one authority, which alone may grant; the others may refuse,
 * by what the visitor does. What ends a grant is told at once; all else in a microtask, and later where grants come in
 * bursts.
 */

import { By, type Rule, type Said, type Source } from "./source.js";
import { named, vendors } from "./vendors.js";

/** What this needs of the SDK. */
export interface Host {
  /** How the purposes stand: state, and who said so. */
  choices(): Record<string, { state: string; source?: string } | undefined>;
  /** A source says how things stand. */
  told(source: string, purposes: Record<string, Said>, acted: boolean, cookie: string): void;
  /** Whether the site's own banner or calls ask. */
  own(): boolean;
  /** Who may grant a purpose, if not the site's own banner. */
  rules(authority: (purpose: string) => string): void;
  diagnose(code: "VT-CONSENT-UNMAPPED" | "VT-CONSENT-DISAGREE" | "VT-CONSENT-SILENT", where: string): void;
}

type Purposes = Record<string, Said>;

/** A source that is in the page, from the moment it is noticed. */
interface Seat {
  name: string;
  source?: Source;
  /** What it last said; nothing: it has not answered yet. */
  said?: Purposes;
  /** What was told of it. */
  told: Purposes;
}

/** When to look again for those that come late, ms after the start. No look after the last. */
const LOOKS = [250, 1_000, 3_000, 10_000];
/** Between what follows a grant of one source and the next, ms. */
const PAUSE = 1_000;
const PURPOSES = ["personalization", "measurement", "experiments", "marketing"];

/** Starts; `rule` is what page and site file say. */
export function start(host: Host, rule: Rule): void {
  const forced = rule.authority && rule.authority != "auto" ? rule.authority.replace(/:.*/, "") : "";
  const allowed = vendors.filter(({ name }) => !forced || name == forced);
  const seats: Seat[] = [];
  const said = new Set<string>();
  const diagnose: Host["diagnose"] = (code, where) => {
    if (!said.has(code + where)) host.diagnose(code, where);
    said.add(code + where);
  };

  /** Who may grant: the first that is there and asks for it. One that has not answered yet may be about to. */
  const authority = (purpose: string) =>
    (!forced && host.own()) ? "" : (seats.find(({ said }) => !said || purpose in said)?.name ?? "");
  host.rules((purpose) => {
    const name = authority(purpose);
    // Who never answered rules nobody out: the site's own call may be all there is.
    return forced || (seats.find((seat) => seat.name == name)?.said ? name : "");
  });

  const look = () => {
    for (const vendor of allowed)
      if (!seats.some(({ name }) => name == vendor.name) && safely(vendor.there)) {
        const seat: Seat = { name: vendor.name, told: {} };
        seats.push(seat);
        seats.sort((a, b) => place(a) - place(b));
        vendor.load().then((chunk) => sit(seat, chunk.open(rule)), () => diagnose("VT-CONSENT-SILENT", seat.name));
      }
    for (const seat of seats) if (seat.source) weigh(seat, By.State);
  };
  const managers = vendors.findIndex(({ name }) => name == "tcf");
  const place = (seat: Seat) => vendors.findIndex(({ name }) => name == seat.name);

  function sit(seat: Seat, source: Source) {
    seat.source = source;
    safely(() => source.subscribe((by) => weigh(seat, by)));
    weigh(seat, By.State);
  }

  /** Reads a source and tells what is news. */
  function weigh(seat: Seat, by: By) {
    const now = purposes(safely(() => seat.source!.read()), seat.source!, rule);
    if (!now) return;
    const first = !seat.said;
    seat.said = now;
    const refused: Purposes = {};
    let later = false;
    for (const purpose of PURPOSES) {
      const state = now[purpose];
      if (!state) continue;
      const ruler = authority(purpose);
      const stands = host.choices()[purpose]?.state;
      if (ruler != seat.name) {
        const theirs = ruler ? seats.find(({ name }) => name == ruler)?.said?.[purpose] : stands;
        if (theirs && theirs != "unknown" && state != "unknown" && (theirs == "granted") != (state == "granted"))
          diagnose("VT-CONSENT-DISAGREE", `${purpose}: ${ruler || "preference"}, ${seat.name}`);
        // What it granted before somebody else came to rule is not granted any more.
        if (seat.told[purpose] == "granted") refused[purpose] = seat.told[purpose] = "unknown";
        // It may only refuse, what stands, by an act.
        if (by != By.State && state == "denied" && stands == "granted") refused[purpose] = state;
      } else if (by == By.Visitor || seat.told[purpose] != state) {
        if (state != "granted" && stands == "granted") refused[purpose] = seat.told[purpose] = state;
        else later = true;
      }
    }
    if (Object.keys(refused).length) host.told(seat.name, refused, by == By.Visitor, "");
    if (later) plan(seat, by);
    if (first) {
      // Those after it may have been waiting for it.
      for (const other of seats) if (other != seat && other.said) weigh(other, By.State);
      if (!now.personalization && place(seat) < managers && (forced || !host.own())) diagnose("VT-CONSENT-UNMAPPED", seat.name);
    }
  }

  const waiting = new Map<Seat, By>();
  const last = new Map<Seat, number>();

  /** Tells what is news of a source, as it stands by then. */
  function plan(seat: Seat, by: By) {
    const known = waiting.get(seat);
    waiting.set(seat, Math.max(by, known ?? By.State));
    if (known != undefined) return;
    const pause = (last.get(seat) ?? -PAUSE) + PAUSE - performance.now();
    const tell = () => {
      const by = waiting.get(seat);
      waiting.delete(seat);
      const news: Purposes = {};
      for (const purpose of PURPOSES) {
        const state = seat.said?.[purpose];
        if (state && authority(purpose) == seat.name && (by == By.Visitor || seat.told[purpose] != state))
          news[purpose] = seat.told[purpose] = state;
      }
      if (!Object.keys(news).length) return;
      if (Object.values(news).includes("granted")) last.set(seat, performance.now());
      host.told(seat.name, news, by == By.Visitor, safely(() => seat.source!.cookie?.()) ?? "");
    };
    if (pause > 0) setTimeout(tell, pause);
    else queueMicrotask(tell);
  }

  /** What was granted on another page is good again as soon as its own record says so, before its script is there. */
  async function recall() {
    for (const { name, load } of allowed) {
      if (!Object.values(host.choices()).some((choice) => choice?.source == name)) continue;
      const source = (await load()).open(rule);
      if (seats.some((seat) => seat.name == name && seat.said)) continue;
      const now = purposes(safely(() => source.readSync()), source, rule) ?? {};
      const granted = Object.fromEntries(Object.entries(now).filter(([purpose, state]) => state == "granted" && host.choices()[purpose]?.source == name));
      if (Object.keys(granted).length) host.told(name, granted, false, safely(() => source.cookie?.()) ?? "");
    }
  }

  look();
  void recall().catch(() => {});
  for (const event of ["DOMContentLoaded", "load", "pageshow", ...allowed.flatMap(({ ready }) => ready ?? [])]) addEventListener(event, look);
  for (const ms of LOOKS) setTimeout(look, ms);
  setTimeout(() => {
    const silent = seats.filter((seat) => !seat.said).map(({ name }) => name);
    const missed = Object.values(host.choices()).map((choice) => choice?.source ?? "");
    const gone = vendors.filter(({ name }) => missed.includes(name) && !seats.some((seat) => seat.name == name));
    for (const name of [...silent, ...gone.map(({ name }) => name), ...(forced && !seats.length ? [forced] : [])])
      diagnose("VT-CONSENT-SILENT", name);
  }, LOOKS.at(-1)! + 1);
}

/** A source's word on the purposes: granted where all categories that stand for it are, denied where one is. */
function purposes(snapshot: Record<string, Said> | undefined, source: Source, rule: Rule): Purposes | undefined {
  if (!snapshot) return undefined;
  const of: Purposes = {};
  for (const [category, state] of Object.entries(snapshot)) {
    const stands = rule.map && Object.keys(rule.map).length ? rule.map[category] : (source.map?.[category] ?? named(category));
    for (const purpose of [stands ?? []].flat() as string[]) {
      const other = of[purpose];
      of[purpose] = state == "denied" || other == "denied" ? "denied" : !other || other == state ? state : "unknown";
    }
  }
  return of;
}

/** The answer of somebody else's code; what it throws is no answer. */
function safely<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
