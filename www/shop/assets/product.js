import { part } from "./dom.js";
import { add } from "./orders.js";
import { productOf, properties, track } from "./track.js";

/** The product page: viewing is seeing the page, adding is sending its form. */
export const startProduct = () => {
  const element = part("product");
  if (!element) return;
  const product = productOf(element);
  track("Product Viewed", properties(product));
  part("product-form").addEventListener("submit", (event) => {
    event.preventDefault();
    add(product, event.target.elements.quantity.valueAsNumber);
  });
};
