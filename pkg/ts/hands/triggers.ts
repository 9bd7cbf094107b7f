/** What starts late, and what leads away. */

import { attempt, type Then } from "./attempt.js";

/** Calls back with the name of each trigger that fires, once. The answer's `disconnect` ends it. */
export const arm = (signals: string[], then: Then): unknown => {
  const over = new AbortController();
  import("../triggers.js").then(({ arm }) => arm(signals, then, over.signal)).catch(() => {});
  return { disconnect: () => over.abort() };
};

/** In the address of a page that a redirect leads to, until it is there. */
const FROM = /([?&])vitrine-from=?(&|$)/;
let sent = false;
attempt(() => {
  sent = FROM.test(location.search);
  const search = location.search.replace(FROM, (_, before, after) => (after ? before : ""));
  if (sent) history.replaceState(history.state, "", location.pathname + search + location.hash);
});

/**
 * The address that a redirect leads to: nowhere for who was just sent here, so that no two redirects make a circle, nor to where the
 * visitor is.
 */
export const way = (to: string): string | undefined =>
  attempt(() => {
    const url = new URL(to, document.baseURI);
    const [there, here] = [url.href, location.href].map((href) => href.replace(/#.*/, ""));
    if (sent || there == here || !/^http/.test(url.protocol)) return undefined;
    url.search += (url.search ? "&" : "?") + "vitrine-from";
    return url.href;
  });
