// The visitor's own page, finished: `<vitrine-preferences>` in a plain page of the site, in each language that it speaks.
import { html } from "../shop/templates/html.mjs";

const TEXTS = {
  en: {
    title: "Your data and choices",
    intro: "What you allow this site, what it knows of you and why, and how to change or end it. Nothing here needs an account.",
    back: "Back to the shop",
    other: ["fr", "Français", "fr/"],
    noscript: "Without JavaScript this site remembers nothing about you: there is nothing to choose.",
  },
  fr: {
    title: "Vos données et vos choix",
    intro: "Ce que vous autorisez à ce site, ce qu’il sait de vous et pourquoi, et comment le modifier ou y mettre fin. Aucun compte n’est nécessaire.",
    back: "Retour à la boutique",
    other: ["en", "English", ""],
    noscript: "Sans JavaScript, ce site ne retient rien de vous : il n’y a rien à choisir.",
  },
};

/** The pages by path, below the site's root. `site` has the name of the site, its boot and its policy. */
export const pages = (site) =>
  Object.entries(TEXTS).map(([lang, texts]) => [lang === "en" ? "preferences" : `preferences/${lang}`, page(site, lang, texts)]);

const page = (site, lang, { title, intro, back, other: [code, name, path], noscript }) => html`<!doctype html>
<html lang="${lang}" dir="ltr" data-page="preferences">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${site.policy}">
${site.boot}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · ${site.text.shop}</title>
<meta name="robots" content="noindex">
<link rel="icon" href="/assets/pictures/leaf.svg" type="image/svg+xml">
<link rel="stylesheet" href="/preferences/preferences.css">
</head>
<body>
<vitrine-consent-banner lang="${lang}" data-test="consent-banner"></vitrine-consent-banner>
<header class="top">
<a href="/" data-test="back">← ${back}</a>
<a href="/preferences/${path}" hreflang="${code}" lang="${code}" data-test="language">${name}</a>
</header>
<main>
<h1>${title}</h1>
<p>${intro}</p>
<vitrine-preferences lang="${lang}" data-test="preferences"></vitrine-preferences>
<noscript><p>${noscript}</p></noscript>
</main>
</body>
</html>
`;
