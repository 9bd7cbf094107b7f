/** The element of the page with this `data-part`, within `root`. */
export const part = (name, root = document) => root.querySelector(`[data-part="${name}"]`);

/** All elements with this `data-part`. */
export const parts = (name, root = document) => [...root.querySelectorAll(`[data-part="${name}"]`)];

const money = new Intl.NumberFormat(document.documentElement.lang, {
  style: "currency",
  currency: document.documentElement.dataset.currency,
  trailingZeroDisplay: "stripIfInteger",
});

/** An amount in the shop's currency, in the page's language. */
export const price = (amount) => money.format(amount);

/** Replaces `{name}` in a text by `values.name`. */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

let fading;

/** Says what just happened: `kind` is one of the `data-*` texts of the status line. */
export const say = (kind, values) => {
  const status = part("status");
  status.textContent = fill(status.dataset[kind], values);
  status.classList.add("status--on");
  clearTimeout(fading);
  fading = setTimeout(() => status.classList.remove("status--on"), 6000);
};
