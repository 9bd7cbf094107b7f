/** What experiences may wait for on a page view. Loads where some experience does. */

type Fire = () => void;

/** A move up by this much of the viewport, this fast, after this many viewports down: on a touch screen, that is how people leave. */
const UP = 1 / 3;
const UP_MS = 500;
const DOWN = 1;

const KINDS: Record<string, (given: string, fire: Fire, signal: AbortSignal) => void> = {
  /** `timer <ms>`: so long on this page view. */
  timer(ms, fire, signal) {
    const clock = setTimeout(fire, +ms);
    signal.addEventListener("abort", () => clearTimeout(clock));
  },

  /** `inactivity <ms>`: neither pointer, key, touch nor scrolling for so long. */
  inactivity(ms, fire, signal) {
    let clock: ReturnType<typeof setTimeout>;
    const again = () => {
      clearTimeout(clock);
      clock = setTimeout(fire, +ms);
    };
    for (const name of ["pointermove", "pointerdown", "keydown", "wheel", "touchmove", "scroll"]) on(name, again, signal);
    signal.addEventListener("abort", () => clearTimeout(clock));
    again();
  },

  /** `idle`: the page has loaded and the browser has nothing to do. */
  idle(_, fire, signal) {
    const rest = () => (globalThis.requestIdleCallback ?? setTimeout)(() => signal.aborted || fire());
    if (document.readyState == "complete") rest();
    else addEventListener("load", rest, { once: true, signal });
  },

  /** `exit`: the pointer leaves through the top, or a finger scrolls up fast. */
  exit(_, fire, signal) {
    on("mouseout", (event) => (event as MouseEvent).relatedTarget || (event as MouseEvent).clientY > 0 || fire(), signal);
    if (!matchMedia("(pointer: coarse)").matches) return;
    let [top, since, deepest] = [scrollY, 0, scrollY];
    on("scroll", ({ timeStamp }) => {
      deepest = Math.max(deepest, scrollY);
      if (scrollY > top || timeStamp - since > UP_MS) [top, since] = [scrollY, timeStamp];
      else if (deepest > innerHeight * DOWN && top - scrollY > innerHeight * UP) fire();
    }, signal);
  },

  /** `scroll <percent>`: so much of the page has come into view. */
  scroll(percent, fire, signal) {
    const look = () => {
      const { scrollHeight } = document.documentElement;
      if ((scrollY + innerHeight) * 100 >= +percent * scrollHeight) fire();
    };
    on("scroll", look, signal);
    on("resize", look, signal);
    look();
  },

  /** `visible <selector>`: half of such an element is on screen. */
  visible(selector, fire, signal) {
    const seen = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && fire(), { threshold: 0.5 });
    const watched = new Set<Element>();
    const look = () => {
      for (const element of document.querySelectorAll(selector)) if (!watched.has(element) && watched.add(element)) seen.observe(element);
    };
    // It may come late.
    const changes = new MutationObserver(look);
    changes.observe(document, { childList: true, subtree: true });
    signal.addEventListener("abort", () => (seen.disconnect(), changes.disconnect()));
    look();
  },
};

const on = (name: string, then: (event: Event) => unknown, signal: AbortSignal) =>
  addEventListener(name, then, { passive: true, capture: true, signal });

/** Calls back with the name of each signal once, until `over`. One that this version does not know never fires. */
export function arm(signals: string[], then: (signal: string) => void, over: AbortSignal): void {
  for (const name of signals) {
    const [, kind, given] = /^(\w+) ?(.*)$/s.exec(name) ?? [];
    const done = new AbortController();
    over.addEventListener("abort", () => done.abort(), { once: true });
    const fire = () => {
      if (done.signal.aborted) return;
      done.abort();
      then(name);
    };
    try {
      if (!over.aborted && Object.hasOwn(KINDS, kind!)) KINDS[kind!]!(given!, fire, done.signal);
    } catch {
      // A selector that does not parse, or a browser without it: it never fires.
    }
  }
}
