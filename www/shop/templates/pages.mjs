import { fill, html } from "./html.mjs";
import { layout } from "./layout.mjs";
import { cards, facts, price, promise, quickLook, reminder } from "./parts.mjs";

/** `/` */
export const home = (shop) =>
  layout(shop, {
    page: "home",
    description: shop.text.heroText,
    current: "home",
    content: html`${reminder(shop)}
<p class="greeting" data-vitrine-slot="greeting" data-test="greeting">${shop.text.greeting}</p>
<section class="hero" data-vitrine-slot="hero" data-vitrine-reserve="320px" data-test="hero">
<div class="hero__words">
<h1 data-test="hero-title">${shop.text.heroTitle}</h1>
<p class="hero__text" data-test="hero-text">${shop.text.heroText}</p>
<a class="button hero__cta" href="/category/kitchen/" data-test="hero-cta">${shop.text.heroCta}</a>
</div>
<div class="hero__art" aria-hidden="true">
<img class="hero__kitchen" src="/assets/pictures/hero-kitchen.svg" alt="" width="720" height="560">
<img class="hero__snow" src="/assets/pictures/hero-winter.svg" alt="" width="720" height="560">
</div>
</section>
<div class="shelves" data-vitrine-slot="categories" data-test="categories">
${shop.categories.map((category) => shelf(shop, category))}</div>
${promise(shop)}
${quickLook(shop)}`,
  });

const shelf = (shop, category) => html`<section class="shelf" data-category="${category.id}" data-test="shelf-${category.id}" aria-labelledby="shelf-${category.id}">
<div class="shelf__head">
<h2 id="shelf-${category.id}">${category.name}</h2>
<p>${category.line}</p>
<a class="shelf__all" href="/category/${category.id}/">${fill(shop.text.seeAll, { category: category.name })}</a>
</div>
${cards(shop, shop.of(category.id), 3)}
</section>
`;

/** `/category/<id>/` */
export const category = (shop, category) =>
  layout(shop, {
    page: "category",
    title: category.name,
    description: category.line,
    current: category.id,
    content: html`${reminder(shop)}
<header class="intro">
${trail(shop, [])}
<h1>${category.name}</h1>
<p>${category.line}</p>
</header>
${cards(shop, shop.of(category.id), 2)}
${quickLook(shop)}`,
  });

/** `/product/<sku>/` */
export const product = (shop, product) => {
  const own = shop.categories.find((category) => category.id === product.category);
  const others = shop.of(product.category).filter((other) => other !== product);
  return layout(shop, {
    page: "product",
    title: product.name,
    description: product.text,
    current: own.id,
    content: html`<article class="product" data-part="product" data-sku="${product.sku}" data-name="${product.name}" data-price="${product.price}" data-category="${product.category}">
<div class="tile tile--${product.category} product__tile"><img src="/assets/pictures/${product.sku}.svg" alt="" width="400" height="400"></div>
<div class="product__words">
${trail(shop, [own])}
<h1 data-test="product-name">${product.name}</h1>
<p class="product__line">${product.line}</p>
<p class="product__price">${price(shop, product, "product-price")}</p>
<p>${product.text}</p>
${facts(product)}
<form class="product__form" data-part="product-form">
<label class="field field--short">${shop.text.quantity}<input type="number" name="quantity" value="1" min="1" max="9" required inputmode="numeric" data-test="product-quantity"></label>
<button class="button" data-test="product-add">${shop.text.add}</button>
</form>
</div>
</article>
${promise(shop)}
<section class="shelf" aria-labelledby="related">
<div class="shelf__head"><h2 id="related">${shop.text.related}</h2></div>
${cards(shop, others, 3)}
</section>
${quickLook(shop)}`,
  });
};

const trail = ({ text }, steps) => html`<nav class="trail" aria-label="${text.breadcrumb}"><a href="/">${text.home}</a>${steps.map((step) => html` <span aria-hidden="true">/</span> <a href="/category/${step.id}/">${step.name}</a>`)}</nav>`;

/** `/cart/` */
export const cart = (shop) =>
  layout(shop, {
    page: "cart",
    title: shop.text.cartTitle,
    description: shop.text.cartTitle,
    current: "cart",
    content: html`<header class="intro"><h1>${shop.text.cartTitle}</h1></header>
<div class="cart" data-part="cart" hidden>
<ul class="lines" data-part="lines"></ul>
<div class="cart__sum">
<p class="cart__total"><span>${shop.text.total}</span> <output class="price" data-vitrine-price data-part="total" data-test="cart-total"></output></p>
<p class="small">${shop.text.totalNote}</p>
<button type="button" class="button" data-part="checkout" data-test="checkout">${shop.text.checkout}</button>
<p class="small">${shop.text.checkoutNote}</p>
</div>
</div>
<div class="empty" data-part="empty" data-test="cart-empty" hidden>
<img src="/assets/pictures/empty-basket.svg" alt="" width="240" height="180">
<p>${shop.text.cartEmpty}</p>
<p><a class="button button--quiet" href="/">${shop.text.cartEmptyLink}</a></p>
</div>
<template id="cart-line"><li class="line" data-part="line">
<a class="tile line__tile" data-part="line-link" href="/"><img src="/assets/pictures/leaf.svg" alt="" width="96" height="96" data-part="line-picture"></a>
<p class="line__name"><a href="/" data-part="line-name"></a><span class="small" data-vitrine-price data-part="line-price"></span></p>
<input class="line__quantity" type="number" min="1" max="9" required inputmode="numeric" data-part="line-quantity" data-label="${shop.text.quantityOf}">
<p class="price line__sum" data-vitrine-price data-part="line-sum"></p>
<button type="button" class="line__remove" data-part="line-remove" data-label="${shop.text.removeOf}">${shop.text.remove}</button>
</li></template>`,
  });

/** `/thanks/`; the order's number is in the fragment, which never leaves the browser. */
export const thanks = (shop) =>
  layout(shop, {
    page: "thanks",
    title: shop.text.thanksTitle,
    description: shop.text.thanksTitle,
    content: html`<div class="thanks">
<img src="/assets/pictures/parcel.svg" alt="" width="280" height="220">
<h1 data-test="thanks-title">${shop.text.thanksTitle}</h1>
<p>${shop.text.thanksText}</p>
<p class="thanks__order" data-part="order" hidden>${shop.text.thanksOrder} <strong data-test="thanks-order" data-part="order-id"></strong></p>
<p><a class="button" href="/">${shop.text.thanksBack}</a></p>
</div>`,
  });
