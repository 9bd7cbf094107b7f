import { part } from "./dom.js";
import { add } from "./orders.js";
import { productOf, properties, track } from "./track.js";

/** The dialog that any card opens. The browser gives it focus, Escape and the way back to the button. */
export const startQuickLook = (buttons) => {
  const dialog = part("look");
  if (!dialog) return;
  let product;
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const card = button.closest("[data-sku]");
      product = productOf(card);
      show(dialog, card, product);
      track("Product Viewed", properties(product));
    });
  }
  part("look-close", dialog).addEventListener("click", () => dialog.close());
  part("look-add", dialog).addEventListener("click", () => {
    dialog.close();
    add(product, 1);
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // the backdrop: the box inside fills the dialog
  });
};

const show = (dialog, card, product) => {
  const link = card.querySelector("a[href]");
  part("look-name", dialog).textContent = product.name;
  part("look-price", dialog).textContent = card.querySelector("[data-vitrine-price]").textContent;
  part("look-picture", dialog).src = part("picture", card).src;
  part("look-tile", dialog).className = `tile tile--${product.category} look__tile`;
  part("look-more", dialog).href = link.href;
  const line = part("line", card).cloneNode(true);
  line.removeAttribute("data-part");
  part("look-details", dialog).replaceChildren(line, part("details", card).content.cloneNode(true));
  dialog.showModal();
};
