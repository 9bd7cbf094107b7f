// A burst of clicks on a page that is there: how late the page answers a person.

/** How many clicks, and the pause between them in ms: faster than people, slower than an event loop that keeps up. */
const CLICKS = 24;
const PAUSE = 60;
/** What the browser does not report took less than this; in ms, as it rounds. */
const UNREPORTED = 8;

const rest = ms => new Promise(done => setTimeout(done, ms));

/** Clicks through the buttons of the page. Answers the 75th percentile of the interactions in ms and the long tasks meanwhile. */
export async function burst({ page, devtools }) {
  const buttons = await page.evaluate(() => {
    scrollTo(0, document.querySelector(".cards").getBoundingClientRect().top + scrollY - 100);
    return [...document.querySelectorAll(".card__add")].map(button => button.getBoundingClientRect())
      .filter(({ bottom }) => bottom < innerHeight).map(({ x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 }));
  });
  const began = await page.evaluate(() => performance.now());
  for (let number = 0; number < CLICKS; number++) {
    const at = { ...buttons[number % buttons.length], button: "left", clickCount: 1 };
    await devtools.send("Input.dispatchMouseEvent", { type: "mousePressed", ...at });
    await devtools.send("Input.dispatchMouseEvent", { type: "mouseReleased", ...at });
    await rest(PAUSE);
  }
  await rest(700); // what was made of the clicks is written and sent now
  const { events, long, done } = await page.evaluate(began => ({
    events: window.__record.events.filter(([, , at]) => at >= began),
    long: window.__record.long.filter(([at]) => at >= began),
    done: Number(document.querySelector(".basket").textContent),
  }), began);
  if (done != CLICKS) throw new Error(`${done} of ${CLICKS} clicks reached the page`);
  const slowest = new Map();
  for (const [id, duration] of events) slowest.set(id, Math.max(duration, slowest.get(id) ?? 0));
  const durations = [...slowest.values(), ...Array(Math.max(0, CLICKS - slowest.size)).fill(UNREPORTED)].sort((a, b) => a - b);
  return { "interaction, p75": durations[Math.ceil(CLICKS * 0.75) - 1], "tasks over 50 ms": long.length };
}
