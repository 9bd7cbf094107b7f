// The basket: the one thing this shop keeps on the device. It is strictly necessary, so it needs no consent, and it is
// the shop's, so Vitrine never touches it. It is not read either before there is a reason to believe in one.

const KEY = "shop:basket";
/** Names this window once it has filled a basket: the next page of the visit then knows without touching storage. */
const FILLED = "shop:basket";

let lines;
const listeners = [];

/** Runs `listener(lines)` at each change of the basket, from this tab or another. */
export const onBasket = (listener) => listeners.push(listener);

/** How many things the lines hold. */
export const quantityOf = (lines) => lines.reduce((sum, line) => sum + line.quantity, 0);

/** What the lines cost. */
export const totalOf = (lines) => lines.reduce((sum, line) => sum + line.quantity * line.price, 0);

/** Whether this page may read the basket without being asked to. */
export const mayLoad = () => window.name === FILLED || document.documentElement.dataset.page === "cart";

/** Reads the basket, once a page, and answers its lines. */
export const load = () => {
  if (!lines) {
    lines = read();
    announce();
  }
  return lines;
};

/** Changes how many of a product are in the basket by `by`, and answers the change that was possible. */
export const change = (product, by) => {
  load();
  const found = lines.find((line) => line.sku === product.sku);
  const before = found?.quantity ?? 0;
  const after = Math.min(Math.max(before + by, 0), 99);
  if (after === 0) lines = lines.filter((line) => line !== found);
  else if (found) found.quantity = after;
  else lines = [...lines, { ...product, quantity: after }];
  write();
  return after - before;
};

/** Empties the basket and answers what was in it. */
export const empty = () => {
  const had = load();
  lines = [];
  write();
  return had;
};

const isLine = (line) =>
  typeof line?.sku === "string" && typeof line.name === "string" && line.price >= 0 && Number.isInteger(line.quantity) && line.quantity > 0;

const read = (text) => {
  try {
    const kept = JSON.parse(text ?? localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isLine) : [];
  } catch {
    return []; // no storage here, or not our text: an empty basket serves
  }
};

const write = () => {
  try {
    if (lines.length > 0) localStorage.setItem(KEY, JSON.stringify(lines));
    else localStorage.removeItem(KEY);
    window.name = lines.length > 0 ? FILLED : "";
  } catch {
    // the basket then lives as long as the page
  }
  announce();
};

const announce = () => {
  for (const listener of listeners) listener(lines);
};

addEventListener("storage", (event) => {
  if (event.key !== KEY) return;
  lines = read(event.newValue ?? "[]");
  announce();
});

addEventListener("pageshow", (event) => {
  if (!event.persisted || !lines) return;
  lines = read();
  announce();
});
