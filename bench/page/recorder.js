// Runs before everything else in every page, the same for all subjects: what a person could see of the slot in each frame, and
// what the browser itself says of paints, shifts, long tasks and interactions.
(() => {
  "use strict";
  const { right, mark } = __CONTENT__;
  const record = { frames: [], shifts: [], long: [], events: [], largest: 0 };
  Object.defineProperty(window, "__record", { value: record });

  const observe = (type, take, more) => new PerformanceObserver(list => list.getEntries().forEach(take)).observe({ type, buffered: true, ...more });
  observe("layout-shift", ({ value, startTime, hadRecentInput }) => hadRecentInput || record.shifts.push([startTime, value]));
  observe("largest-contentful-paint", ({ startTime }) => { record.largest = startTime; });
  observe("longtask", ({ startTime, duration }) => record.long.push([startTime, duration]));
  observe("event", ({ interactionId, duration, startTime }) => interactionId && record.events.push([interactionId, duration, startTime]), { durationThreshold: 16 });

  // As cheap as it can be: it runs in every frame, and on a slowed processor.
  const visible = element => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  let slot, title, text, picture;
  /** Frames are told apart by what they show: a hero of which one part is still the page's own counts as the page's own. */
  const look = () => {
    slot ??= document.querySelector(".hero");
    if (!slot) return "absent";
    title = slot.querySelector("h1"), text = slot.querySelector(".hero__text"), picture = slot.querySelector(".hero__picture");
    if (!title || !text || !picture) return "absent";
    const seen = [title, text, picture].filter(visible);
    if (!seen.length) return "hidden";
    const is = part => part == picture ? picture.classList.contains(mark) : part.textContent == (part == title ? right.title : right.text);
    return !seen.every(is) ? "own" : seen.length == 3 ? "right" : "hidden";
  };
  // A loop of frames keeps a page busy: it ends when everything has been seen, at the same time for all who are done.
  const frame = at => {
    const state = look();
    record.frames.push([at, state]);
    if (at < UNTIL || state != "right" && personal) requestAnimationFrame(frame);
  };
  const UNTIL = 2_000;
  const personal = location.pathname != "/bare";
  requestAnimationFrame(frame);
})();
