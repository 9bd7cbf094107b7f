// The page that all subjects share: a shop's home page whose hero is personalised, with content below it that would move.

/** What the page shows by itself, and what every subject has to show instead. */
export const own = { title: "Things for the house, made slowly", text: "Wood, wool and clay from workshops that we know by name." };
export const right = {
  title: "Winter is here: wool, felt and everything for cold mornings",
  text: "You looked at scarves and mittens. Here is the whole winter shelf, from the ears down to the toes, and it leaves our workshop within two days.",
};

/** The class of the hero's picture when the right content is there; its colour is what a screencast is searched for. */
export const mark = "hero__picture--right";
export const colours = { own: [0, 96, 160], right: [200, 80, 0] };
const rgb = ([red, green, blue]) => `rgb(${red} ${green} ${blue})`;

const names = ["Merino scarf", "Ribbed beanie", "Wool mittens", "Felt slippers", "Oak board", "Clay cup", "Linen towel", "Beech spoon",
  "Iron pan", "Wax candle", "Cork coaster", "Hemp rope"];
const products = names.map((name, at) => ({ name, sku: `p-${at}`, category: at < 4 ? "winter" : "kitchen", price: 19 + 7 * at }));

const card = ({ name, sku, category, price }) => `<li class="card"><div class="card__picture"></div><h3>${name}</h3>
<p>Made by hand in small series. We know who made it, with what, and how long it lasts in daily use.</p>
<p class="card__price" data-vitrine-price>${price} €</p>
<button type="button" class="card__add" data-sku="${sku}" data-vitrine-track="Product Clicked" data-vitrine-prop-sku="${sku}" data-vitrine-prop-category="${category}">Add to the basket</button></li>`;

// What the page itself does at a click: the same for all subjects.
const handlers = `document.addEventListener("click", event => {
  const button = event.target.closest(".card__add");
  if (!button) return;
  const basket = document.querySelector(".basket");
  basket.textContent = Number(basket.textContent) + 1;
  button.closest(".card").classList.toggle("card--added");
  document.querySelector(".added").append(Object.assign(document.createElement("li"), { textContent: button.dataset.sku }));
});`;

/** The page with a subject's own lines: `first` at the beginning of its head, `last` just before the end of it. */
export const page = ({ first = "", last = "" }) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
${first}<title>Tilleul</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<link rel="stylesheet" href="/assets/shop.css">
<script defer src="/assets/shop.js"></script>
${last}</head><body>
<header class="top"><a class="brand" href="/">Tilleul</a><nav><a href="/">House</a> <a href="/">Garden</a> <a href="/">Winter</a></nav>
<p>Basket: <b class="basket">0</b></p></header>
<main>
<section class="hero" data-vitrine-slot="hero"><div class="hero__words"><h1>${own.title}</h1><p class="hero__text">${own.text}</p></div>
<div class="hero__picture"></div></section>
<h2>New this week</h2>
<ul class="cards">
${products.map(card).join("\n")}
</ul></main>
<footer><ul class="added"></ul><p>Tilleul, a shop that exists only to be measured.</p></footer>
</body></html>
`;

export const script = handlers;

export const style = `*{box-sizing:border-box}
body{margin:0;font:16px/1.5 system-ui,sans-serif;color:#2a2723;background:#fbf8f2}
.top{display:flex;gap:2rem;align-items:center;justify-content:space-between;padding:.75rem 1.5rem;border-bottom:1px solid #e3dccd;background:#fff}
.brand{font:600 1.3rem/1 Georgia,serif;color:inherit;text-decoration:none}
.top nav a{margin-inline-end:1rem;color:#5a5348}
main{max-width:72rem;margin:0 auto;padding:1.5rem}
.hero{display:grid;grid-template-columns:1fr 1fr;gap:2rem;padding:2rem;margin-bottom:2rem;background:#fff;border-radius:.75rem}
.hero h1{font:600 2.6rem/1.15 Georgia,serif;margin:0 0 1rem}
.hero__text{font-size:1.15rem;max-width:34ch;margin:0}
.hero__picture{min-height:12rem;border-radius:.5rem;background:${rgb(colours.own)}}
.${mark}{background:${rgb(colours.right)}}
.cards{display:grid;grid-template-columns:repeat(4,1fr);gap:1.25rem;list-style:none;margin:0;padding:0}
.card{padding:1rem;border:1px solid #e3dccd;border-radius:.5rem;background:#fff}
.card--added{border-color:#4b7a3f;box-shadow:0 0 0 2px #4b7a3f44}
.card__picture{height:8rem;border-radius:.35rem;background:linear-gradient(135deg,#d9c9a8,#a98f63)}
.card h3{margin:.75rem 0 .25rem;font-size:1rem}
.card p{margin:0 0 .5rem;font-size:.875rem;color:#5a5348}
.card__price{font-weight:600}
.card__add{font:inherit;padding:.4rem .8rem;border:0;border-radius:.35rem;background:#2f5d50;color:#fff;cursor:pointer}
.added{display:flex;flex-wrap:wrap;gap:.5rem;padding:0;list-style:none;font-size:.75rem}
footer{padding:2rem 1.5rem;color:#6b6355}
@media (max-width:48rem){.hero{grid-template-columns:1fr}.cards{grid-template-columns:1fr 1fr}.hero h1{font-size:1.9rem}}
`;
