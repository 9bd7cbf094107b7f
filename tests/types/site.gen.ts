// As `vitrine types` prints it for a small shop.
export interface Site {
  slots: {
    hero: { title: string; cta?: string };
    categories: null;
    greeting: null;
  };
  events: {
    "Product Viewed": { sku?: string; category?: string; price?: number };
    "Order Completed": { order_id?: string; revenue?: number };
  };
  segments: "winter-fans" | "big-customer";
}
