/** The choice that the backend's cookie keeps, for a device that has lost its own record of it. */

import type { Facade } from "../facade.js";

/** Asks for it, once, of the page's own origin only, and puts it in force. Rejects where no answer comes in time. */
export async function restore(facade: Facade, endpoint: string, signal: AbortSignal): Promise<void> {
  const { href, origin } = new URL(`${endpoint}/v1/visitor/choice`, document.baseURI);
  if (origin != location.origin) return;
  // The one cookie that is read: it says what was chosen, and nobody's name.
  const answer = await fetch(href, { credentials: "same-origin", referrerPolicy: "no-referrer", cache: "no-store", signal });
  const { purposes, decided, noticeVersion } = await answer.json();
  const states = Object.entries(purposes)
    // There is nothing left to take back: what was withdrawn is refused. What another source alone may grant, it says itself.
    .map(([purpose, state]) => [purpose, state == "granted" ? state : "denied"])
    .filter(([purpose, state]) => state == "denied" || !facade.authority(purpose as string));
  if (states[0] && !signal.aborted) facade.kept({ purposes: Object.fromEntries(states), decided, noticeVersion });
}
