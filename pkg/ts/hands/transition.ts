/** A swap that the page wants to be seen: as a view transition, where nobody asks for less motion. */

import { attempt, type Then } from "./attempt.js";

const WANTED = "[data-vitrine-transition]";

/** Whether the page wants any, and may have one. */
export const moves = (): boolean =>
  !!attempt(() => "startViewTransition" in document && document.querySelector(WANTED) && !matchMedia("(prefers-reduced-motion: reduce)").matches);

/** Calls back when the browser has what was there before, or at once: of what is not on screen yet nothing is to be seen. */
export function transition(elements: Element[], then: Then): void {
  const begun = attempt(() => {
    if (!elements.some((element) => element.closest(WANTED) && element.checkVisibility({ visibilityProperty: true }))) return;
    const { ready, finished } = document.startViewTransition(() => then());
    // One that gives way to another is nobody's error.
    for (const end of [ready, finished]) end.catch(() => {});
    return true;
  });
  if (!begun) then();
}
