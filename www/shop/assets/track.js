/** The SDK's object, or `undefined` where it was blocked. Read anew each time: the boot's stand-in is replaced. */
export const vitrine = () => window.vitrine;

/** The Segment e-commerce properties of a product. */
export const properties = ({ sku, name, category, price }) => ({
  product_id: sku,
  sku,
  name,
  category,
  price,
  currency: document.documentElement.dataset.currency,
});

/** Tracks an event; the shop never waits for it nor fails with it. */
export const track = async (event, values) => {
  try {
    return await vitrine()?.track?.(event, values);
  } catch {
    return undefined;
  }
};

/** The product that an element describes by its data attributes. */
export const productOf = (element) => ({
  sku: element.dataset.sku,
  name: element.dataset.name,
  category: element.dataset.category,
  price: Number(element.dataset.price),
});
