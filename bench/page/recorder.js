// Runs first in every page of the bench: what the slot shows in each frame, what the browser says it painted and moved.
(() => {
  const frames = [];
  const seen = { frames, shift: 0, first: 0, largest: 0, events: [], long: 0 };
  Object.defineProperty(window, "__seen", { value: seen });
  const frame = at => {
    const slot = document.querySelector("#hero");
    if (slot) {
      const shown = slot.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && slot.getClientRects().length > 0;
      frames.push([at, slot.querySelector("h1")?.textContent ?? "", shown]);
    }
    if (at < 8_000) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  const watch = (type, then, more) => new PerformanceObserver(list => list.getEntries().forEach(then)).observe({ type, buffered: true, ...more });
  watch("layout-shift", ({ value, hadRecentInput }) => { if (!hadRecentInput) seen.shift += value; });
  watch("paint", ({ name, startTime }) => { if (name === "first-contentful-paint") seen.first = startTime; });
  watch("largest-contentful-paint", ({ startTime }) => { seen.largest = startTime; });
  watch("event", ({ interactionId, duration }) => { if (interactionId) seen.events.push(duration); }, { durationThreshold: 16 });
  watch("longtask", () => { seen.long++; });
})();
