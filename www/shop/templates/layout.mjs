import { html } from "./html.mjs";
import { counter } from "./counter.mjs";

/**
 * The page around a page's own content. `head` carries what must come first: the content security policy, then the boot.
 * `shop` is the build's view of the catalogue and the texts, see build.mjs.
 */
export const layout = (shop, { page, title, description, content, current }) => html`<!doctype html>
<html lang="${shop.lang}" dir="ltr" data-page="${page}" data-currency="${shop.currency}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${shop.policy}">
${shop.boot}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title ? `${title} · ${shop.text.shop}` : `${shop.text.shop} · ${shop.text.tagline}`}</title>
<meta name="description" content="${description}">
<meta name="theme-color" content="#f7f3ea">
<link rel="icon" href="/assets/pictures/leaf.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/shop.css">
<script type="module" src="/assets/shop.js"></script>
</head>
<body>
<a class="skip" href="#content">${shop.text.skip}</a>
<vitrine-consent-banner lang="${shop.lang}" data-test="consent-banner"></vitrine-consent-banner>
${header(shop, current)}
<main id="content" tabindex="-1">
${content}
</main>
${counter(shop)}
${footer(shop)}
<p class="status" role="status" data-test="status" data-part="status" data-added="${shop.text.saidAdded}" data-removed="${shop.text.saidRemoved}" data-ordered="${shop.text.saidOrdered}"></p>
</body>
</html>
`;

const header = ({ text, categories }, current) => html`<header class="top">
<div class="top__row">
<a class="brand" href="/" data-test="brand"${current === "home" ? html` aria-current="page"` : ""}><img src="/assets/pictures/leaf.svg" alt="" width="28" height="28"> ${text.shop}</a>
<nav class="top__nav" aria-label="${text.navigation}">
<ul>
${categories.map(
  (category) => html`<li><a href="/category/${category.id}/" data-test="nav-${category.id}"${current === category.id ? html` aria-current="page"` : ""}>${category.name}</a></li>
`,
)}</ul>
</nav>
<a class="basket" href="/cart/" data-test="basket-link" data-part="basket"${current === "cart" ? html` aria-current="page"` : ""}>${text.basket}<span class="basket__count" data-test="basket-count" data-part="basket-count" hidden>0</span><span class="hidden-text" data-part="basket-words" hidden> ${text.basketCount}</span></a>
</div>
</header>`;

const footer = ({ text }) => html`<footer class="foot">
<div class="foot__row">
<p>${text.footerText}</p>
<div class="foot__choices" role="group" aria-label="${text.privacy}">
<a class="button button--bare" href="/preferences/" data-test="preferences-link">${text.preferences}</a>
<button type="button" class="button button--quiet" data-vitrine-consent="open" data-test="choices">${text.choices}</button>
<button type="button" class="button button--quiet" data-vitrine-consent="withdraw" data-test="withdraw">${text.withdraw}</button>
</div>
</div>
<noscript><p class="foot__row">${text.noscript}</p></noscript>
</footer>`;
