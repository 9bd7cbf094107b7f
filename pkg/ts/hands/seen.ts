/** Whether a slot is really seen. */

import { attempt, type Then } from "./attempt.js";

/** As long in a row is seen, and in so many steps is looked how much of it is on screen: of a high slot half a screen is little. */
const SEEN_MS = 1_000;
const SEEN_STEPS = 50;
const area = (of: any): number => of.width * of.height;

/**
 * Calls back once half of an element, or of the viewport where that is less, was on screen for a second in a row, on a page that
 * somebody looks at. The answer's `disconnect` ends it.
 */
export const seen = (elements: Element[], then: Then): unknown =>
  attempt(() => {
    const near = new Set<Element>();
    let clock: any;
    const look = () => {
      if (!near.size || document.visibilityState != "visible") clock = clearTimeout(clock);
      else clock ??= setTimeout(() => (disconnect(), then()), SEEN_MS);
    };
    const threshold = Array.from({ length: SEEN_STEPS + 1 }, (_, step) => (step / SEEN_STEPS) ** 2);
    const observer = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting, intersectionRect, boundingClientRect, rootBounds } of entries) {
        const whole = Math.min(area(boundingClientRect), area(rootBounds ?? { width: innerWidth, height: innerHeight }));
        near[isIntersecting && area(intersectionRect) * 2 >= whole ? "add" : "delete"](target);
      }
      look();
    }, { threshold });
    const disconnect = () => {
      clearTimeout(clock);
      observer.disconnect();
      document.removeEventListener("visibilitychange", look);
    };
    elements.map((element) => observer.observe(element));
    document.addEventListener("visibilitychange", look);
    return { disconnect };
  });
