import { change, empty, load, totalOf } from "./basket.js";
import { part, say } from "./dom.js";
import { properties, track } from "./track.js";

/** Puts `quantity` of a product into the basket and says so. */
export const add = (product, quantity) => {
  const added = change(product, quantity);
  if (added > 0) track("Product Added", { ...properties(product), quantity: added });
  say("added", { product: product.name });
};

/** Takes `quantity` of a product out of the basket and says so. */
export const remove = (product, quantity) => {
  const removed = -change(product, -quantity);
  if (removed > 0) track("Product Removed", { ...properties(product), quantity: removed });
  say("removed", { product: product.name });
};

/** Orders what is in the basket. Answers the order's number once it is recorded, `undefined` if the basket was empty. */
export const order = async () => {
  const revenue = totalOf(load());
  if (revenue === 0) return undefined;
  const id = `T-${crypto.getRandomValues(new Uint32Array(1))[0].toString(36).toUpperCase()}`;
  empty();
  const recorded = track("Order Completed", { order_id: id, revenue, currency: document.documentElement.dataset.currency });
  await Promise.race([recorded, patience()]);
  return id;
};

/** The customer is not kept waiting for a record: at most half a second. */
const patience = () => new Promise((resolve) => setTimeout(resolve, 500));

/** Shows the order's number on the thanks page. */
export const startOrders = () => {
  const id = decodeURIComponent(location.hash.slice(1));
  const shown = part("order");
  if (!shown || !/^[\w-]{1,40}$/.test(id)) return;
  part("order-id").textContent = id;
  shown.hidden = false;
};

/** Orders, stays on the page and says so. */
export const orderHere = async () => {
  const id = await order();
  if (id) say("ordered", { order: id });
};
