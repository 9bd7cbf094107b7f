import { load } from "./basket.js";
import { part } from "./dom.js";
import { orderHere } from "./orders.js";
import { vitrine } from "./track.js";

/** Who waits in this segment has a basket, so that the page may show how much is in it. */
const SEGMENT = "basket-waiting";

/** The reminder's own button. Whether the reminder shows is decided by the site file alone. */
export const startReminder = () => {
  vitrine()?.onSegment?.(SEGMENT, (inside) => {
    if (inside) load();
  });
  part("reminder-order")?.addEventListener("click", orderHere);
};
