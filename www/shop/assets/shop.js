// The shop's own script. It calls the public `vitrine` object and works just as well when that is missing.
import { onBasket, load, mayLoad, quantityOf } from "./basket.js";
import { startCart } from "./cart.js";
import { startCounter } from "./counter.js";
import { part, parts } from "./dom.js";
import { startOrders } from "./orders.js";
import { startProduct } from "./product.js";
import { startQuickLook } from "./quick-look.js";
import { startReminder } from "./reminder.js";
import { vitrine } from "./track.js";

const showCount = (lines) => {
  const count = quantityOf(lines);
  const badge = part("basket-count");
  badge.textContent = String(count);
  badge.hidden = part("basket-words").hidden = count === 0;
};

const startBasketLink = () => {
  const link = part("basket");
  for (const kind of ["pointerenter", "focus"]) link.addEventListener(kind, load, { once: true });
};

vitrine()?.context?.({ page: { type: document.documentElement.dataset.page } });
onBasket(showCount);
if (mayLoad()) load();
startBasketLink();
startOrders();
startReminder();
startQuickLook(parts("quick-look"));
startProduct();
startCart();
startCounter();
