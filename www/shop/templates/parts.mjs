import { fill, html } from "./html.mjs";

/** A public price. Marked so that no experience can rewrite it. */
export const price = (shop, product, hook) =>
  html`<span class="price" data-vitrine-price${hook ? html` data-test="${hook}"` : ""}>${shop.money(product.price)}</span>`;

/** A product in a list; `level` is the level of its heading. The template holds what only the quick look shows. */
export const card = (shop, product, level) => html`<li class="card" data-test="card-${product.sku}" data-sku="${product.sku}" data-name="${product.name}" data-price="${product.price}" data-category="${product.category}">
<div class="tile tile--${product.category}"><img src="/assets/pictures/${product.sku}.svg" alt="" width="400" height="400" loading="lazy" data-part="picture"></div>
<div class="card__words">
${heading(level, html`<a class="card__link" href="/product/${product.sku}/" data-test="open-${product.sku}" data-vitrine-track="Product Clicked" data-vitrine-prop-sku="${product.sku}" data-vitrine-prop-category="${product.category}">${product.name}</a>`)}
<p class="card__line" data-part="line">${product.line}</p>
<p class="card__foot">${price(shop, product)}<button type="button" class="card__look" data-part="quick-look" data-test="quick-look-${product.sku}" aria-haspopup="dialog" aria-label="${fill(shop.text.quickLookAt, { product: product.name })}">${shop.text.quickLook}</button></p>
</div>
<template data-part="details"><p>${product.text}</p>${facts(product)}</template>
</li>
`;

/** The short list of a product's measures. */
export const facts = (product) => html`<ul class="facts">${product.facts.map((fact) => html`<li>${fact}</li>`)}</ul>`;

/** A list of cards. */
export const cards = (shop, products, level) => html`<ul class="cards">
${products.map((product) => card(shop, product, level))}</ul>`;

const heading = (level, content) =>
  level === 2 ? html`<h2 class="card__name">${content}</h2>` : html`<h3 class="card__name">${content}</h3>`;

/** The dialog that any card opens; the script fills it from the card. */
export const quickLook = ({ text }) => html`<dialog class="look" data-test="quick-look" data-part="look" aria-labelledby="look-name">
<div class="look__box">
<div class="tile look__tile" data-part="look-tile"><img src="/assets/pictures/leaf.svg" alt="" width="400" height="400" data-part="look-picture"></div>
<div class="look__words">
<h2 id="look-name" data-part="look-name" data-test="quick-look-name" tabindex="-1" autofocus>${text.quickLook}</h2>
<div class="look__details" data-part="look-details"></div>
<p><span class="price" data-vitrine-price data-part="look-price" data-test="quick-look-price"></span></p>
<div class="look__acts">
<button type="button" class="button" data-part="look-add" data-test="quick-look-add">${text.add}</button>
<a class="look__more" href="/" data-part="look-more" data-test="quick-look-more">${text.more}</a>
</div>
</div>
<button type="button" class="look__close" data-part="look-close" data-test="quick-look-close" aria-label="${text.close}"><svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"><path d="M5 5l14 14M19 5L5 19" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"/></svg></button>
</div>
</dialog>`;

/** The abandoned-basket reminder: the page's own content is hidden, the experience shows it. */
export const reminder = ({ text }) => html`<div data-vitrine-slot="reminder">
<section class="reminder" data-test="reminder" data-part="reminder" aria-labelledby="reminder-title" hidden>
<div>
<h2 id="reminder-title" class="reminder__title">${text.reminderTitle}</h2>
<p>${text.reminderText}</p>
</div>
<div class="reminder__acts">
<a class="button" href="/cart/" data-test="reminder-open">${text.reminderOpen}</a>
<button type="button" class="button button--quiet" data-part="reminder-order" data-test="reminder-order">${text.reminderOrder}</button>
</div>
</section>
</div>`;

/** The delivery promise, where a split shows one of two others. */
export const promise = ({ text }) => html`<aside class="promise" aria-labelledby="promise-title">
<h2 id="promise-title" class="promise__title">${text.promiseTitle}</h2>
<p data-vitrine-slot="promise" data-test="promise">${text.promise}</p>
</aside>`;
