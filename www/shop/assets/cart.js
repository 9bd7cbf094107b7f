import { load, onBasket, totalOf } from "./basket.js";
import { fill, part, parts, price } from "./dom.js";
import { add, order, remove } from "./orders.js";
import { track } from "./track.js";

/** The basket page: one row a product, redrawn at each change, wherever it was made. */
export const startCart = () => {
  if (!part("cart")) return;
  onBasket(draw);
  const lines = load();
  draw(lines);
  if (lines.length > 0) track("Cart Viewed", { value: totalOf(lines), currency: document.documentElement.dataset.currency });
  part("checkout").addEventListener("click", async (event) => {
    event.target.disabled = true;
    track("Checkout Started", { value: totalOf(load()), currency: document.documentElement.dataset.currency });
    const id = await order();
    if (id) location.assign(`/thanks/#${encodeURIComponent(id)}`);
  });
};

const draw = (lines) => {
  const list = part("lines");
  const rows = new Map(parts("line", list).map((row) => [row.dataset.sku, row]));
  for (const line of lines) {
    const row = rows.get(line.sku) ?? list.appendChild(rowFor(line));
    rows.delete(line.sku);
    part("line-quantity", row).value = line.quantity;
    part("line-sum", row).textContent = price(line.price * line.quantity);
  }
  const removed = [...rows.values()];
  const hadFocus = removed.some((row) => row.contains(document.activeElement));
  for (const row of removed) row.remove();
  part("total").textContent = price(totalOf(lines));
  part("cart").hidden = lines.length === 0;
  part("empty").hidden = lines.length > 0;
  if (hadFocus) document.querySelector("main").focus(); // the button that was pressed is gone
};

const rowFor = (line) => {
  const row = document.getElementById("cart-line").content.firstElementChild.cloneNode(true);
  row.dataset.sku = line.sku;
  row.dataset.test = `cart-line-${line.sku}`;
  const page = `/product/${encodeURIComponent(line.sku)}/`;
  const link = part("line-link", row);
  link.href = part("line-name", row).href = page;
  link.tabIndex = -1;
  link.ariaHidden = "true";
  link.classList.add(`tile--${line.category}`);
  part("line-picture", row).src = `/assets/pictures/${encodeURIComponent(line.sku)}.svg`;
  part("line-name", row).textContent = line.name;
  part("line-price", row).textContent = price(line.price);
  const quantity = part("line-quantity", row);
  quantity.dataset.test = `cart-quantity-${line.sku}`;
  quantity.ariaLabel = fill(quantity.dataset.label, { product: line.name });
  quantity.addEventListener("change", () => setQuantity(line.sku, quantity));
  const button = part("line-remove", row);
  button.dataset.test = `cart-remove-${line.sku}`;
  button.ariaLabel = fill(button.dataset.label, { product: line.name });
  button.addEventListener("click", () => {
    const now = lineOf(line.sku);
    if (now) remove(now, now.quantity);
  });
  return row;
};

const lineOf = (sku) => load().find((line) => line.sku === sku);

const setQuantity = (sku, field) => {
  const line = lineOf(sku);
  if (!line) return;
  const wanted = field.checkValidity() ? field.valueAsNumber : line.quantity;
  const { quantity, ...product } = line;
  if (wanted > quantity) add(product, wanted - quantity);
  else if (wanted < quantity) remove(product, quantity - wanted);
  else field.value = quantity;
};
