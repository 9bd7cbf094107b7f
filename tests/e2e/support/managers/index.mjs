// The real consent managers, as a site would install them, and how a person answers each. Their files come straight from
// npm; what a site writes to set them up is here.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { buildSync } from "esbuild";

import { root } from "../server.mjs";
import { bare, tcfPage, gppPage } from "./pages.mjs";

const npm = path => readFileSync(join(root, "node_modules", path));
const bundled = path => buildSync({ entryPoints: [join(root, path)], bundle: true, minify: true, format: "iife", write: false,
  absWorkingDir: root, define: { global: "window" }, logLevel: "error" }).outputFiles[0].text;
const texts = JSON.stringify({ title: "Cookies", description: "May we?", acceptAllBtn: "Yes", acceptNecessaryBtn: "No", showPreferencesBtn: "Choose" });
const every = ["personalization", "measurement", "experiments"];

/**
 * Each: `map` for the site file; `head` of the page; `setup(options)`, the site's own script, of which `revision` is what
 * it last told people; how a person accepts, refuses, keeps only measurement, takes all back; `forget`, its record's name.
 */
export const managers = {
  "vanilla-cookieconsent": {
    version: "vanilla-cookieconsent 3",
    map: { analytics: ["measurement", "experiments"], tailored: "personalization" },
    head: `<link rel="stylesheet" href="/npm/vanilla-cookieconsent/dist/cookieconsent.css"><script src="/npm/vanilla-cookieconsent/dist/cookieconsent.umd.js"></script>`,
    setup: ({ revision }) => `CookieConsent.run({ hideFromBots: false, revision: ${revision}, categories: { necessary: { readOnly: true, enabled: true }, analytics: {}, tailored: {} },
      language: { default: "en", translations: { en: { consentModal: ${texts}, preferencesModal: { title: "Cookies", acceptAllBtn: "Yes", acceptNecessaryBtn: "No",
        savePreferencesBtn: "Save", sections: [{ title: "Numbers", linkedCategory: "analytics" }, { title: "For me", linkedCategory: "tailored" }] } } } } });
      reopen = () => CookieConsent.showPreferences();`,
    accept: ["#cc-main .cm [data-role=all]"],
    refuse: ["#cc-main .cm [data-role=necessary]"],
    accepts: ["reopen", "#cc-main .pm [data-role=all]"],
    some: ["reopen", "#cc-main .pm label:has(input[value=tailored])", "#cc-main .pm [data-role=save]"],
    withdraw: ["reopen", "#cc-main .pm [data-role=necessary]"],
    forget: "cc_cookie",
    revised: true,
  },
  klaro: {
    version: "klaro 0.7",
    map: { analytics: ["measurement", "experiments"], tailored: "personalization" },
    head: `<link rel="stylesheet" href="/npm/klaro/dist/klaro.css"><script src="/npm/klaro/dist/klaro-no-css.js"></script>`,
    setup: ({ revision }) => `const config = { version: 1, elementID: "klaro", acceptAll: true, translations: { en: {} }, lang: "en",
      services: [{ name: "numbers", purposes: ["analytics"] }, { name: "shelves", purposes: ["tailored"] }, ${revision > 0 ? '{ name: "more", purposes: ["tailored"] }' : ""}] };
      klaro.setup(config); reopen = () => klaro.show(config, true);`,
    accept: ["#klaro .cookie-notice .cm-btn-success"],
    refuse: ["#klaro .cookie-notice .cn-decline"],
    accepts: ["reopen", "#klaro label[for=purpose-item-disableAll]", "#klaro .cookie-modal .cm-btn-accept"],
    some: ["reopen", "#klaro .cookie-modal label[for=purpose-item-tailored]", "#klaro .cookie-modal .cm-btn-accept"],
    // Its one switch for all of them turns off what is half on.
    mend: ["reopen", "#klaro .cookie-modal label[for=purpose-item-tailored]", "#klaro .cookie-modal .cm-btn-accept"],
    withdraw: ["reopen", "#klaro label[for=purpose-item-disableAll]", "#klaro .cookie-modal .cm-btn-accept"],
    forget: "klaro",
    revised: true,
  },
  tarteaucitron: {
    version: "tarteaucitronjs 1.34",
    map: { numbers: ["measurement", "experiments"], shelves: "personalization" },
    head: `<script src="/npm/tarteaucitronjs/tarteaucitron.js"></script>`,
    // Its buttons are there half a second before they do anything; a mark says when. Its panel fails where it is opened before it is drawn.
    setup: () => `const listen = tarteaucitron.addClickEventToId;
      tarteaucitron.addClickEventToId = (id, act) => { listen(id, act); document.getElementById(id)?.setAttribute("data-ready", ""); };
      for (const key of ["numbers", "shelves"]) {
        tarteaucitron.services[key] = { key, type: "other", name: key, uri: "", needConsent: true, cookies: [], js() {}, fallback() {} };
        (tarteaucitron.job = tarteaucitron.job || []).push(key);
      }
      tarteaucitron.init({ privacyUrl: "", hashtag: "#tac", cookieName: "tarteaucitron", orientation: "bottom", groupServices: false, showAlertSmall: false, cookieslist: false,
        showIcon: false, adblocker: false, DenyAllCta: true, AcceptAllCta: true, highPrivacy: true, handleBrowserDNTRequest: false, removeCredit: true, moreInfoLink: false, mandatory: false });
      reopen = () => document.getElementById("tarteaucitronClosePanel") ? tarteaucitron.userInterface.openPanel() : requestAnimationFrame(reopen);`,
    accept: ["#tarteaucitronPersonalize2[data-ready]"],
    refuse: ["#tarteaucitronAllDenied2[data-ready]"],
    accepts: ["reopen", "#tarteaucitronAllAllowed[data-ready]", "#tarteaucitronClosePanel"],
    some: ["reopen", "#shelvesDenied[data-ready]", "#tarteaucitronClosePanel"],
    withdraw: ["reopen", "#tarteaucitronAllDenied[data-ready]", "#tarteaucitronClosePanel"],
    forget: "tarteaucitron",
  },
  osano: {
    version: "cookieconsent 3 (Osano)",
    map: { cookies: every },
    head: `<link rel="stylesheet" href="/npm/cookieconsent/build/cookieconsent.min.css"><script src="/npm/cookieconsent/src/cookieconsent.js"></script>`,
    setup: () => `let popup; cookieconsent.initialise({ type: "opt-in", revokable: true, law: { regionalLaw: false }, palette: { popup: { background: "#fff" }, button: { background: "#ff0" } } }, made => { popup = made; });
      reopen = () => popup.revokeChoice();`,
    accept: [".cc-window .cc-allow"],
    refuse: [".cc-window .cc-deny"],
    accepts: ["reopen", ".cc-window .cc-allow"],
    withdraw: ["reopen", ".cc-window .cc-deny"],
    forget: "cookieconsent_status",
  },
  tcf: {
    version: "@iabtcf/cmpapi (TCF 2.3)",
    head: `<script src="/npm/tcf-cmp.js"></script>`,
    setup: tcfPage,
    bundle: "tests/e2e/support/managers/tcf-cmp.mjs",
    accept: ["#cmp-all"],
    refuse: ["#cmp-none"],
    accepts: ["reopen", "#cmp-all"],
    some: ["reopen", "#cmp-some"],
    withdraw: ["reopen", "#cmp-none"],
    forget: "euconsent-v2",
    revised: true,
  },
  gpp: {
    version: "@iabgpp/cmpapi (GPP)",
    authority: "gpp",
    head: `<script src="/npm/gpp-cmp.js"></script>`,
    setup: gppPage,
    bundle: "tests/e2e/support/managers/gpp-cmp.mjs",
    accept: ["#cmp-all"],
    refuse: ["#cmp-none"],
    accepts: ["reopen", "#cmp-all"],
    withdraw: ["reopen", "#cmp-none"],
    forget: "gpp",
    // It says nothing until it is ready: nothing is in force, and nothing is known to be over.
    forgotten: "unknown unknown",
  },
};

/** A Consent Mode that says no by default, and a TCF that answers nobody (where it is not the manager): many pages have both. */
const beside = name => `dataLayer = []; function gtag() { dataLayer.push(arguments); }
  gtag("consent", "default", { ad_storage: "denied", analytics_storage: "denied", ad_user_data: "denied", ad_personalization: "denied", personalization_storage: "denied" });
  ${name === "tcf" ? "" : "window.__tcfapi = function () {};"}`;

/**
 * Puts a manager into the shop behind `proxy`. `state.revision` and `state.beside` may change between pages; `/bare/` is
 * a page with the manager and without this SDK.
 */
export function install(name, proxy, state) {
  const of = managers[name];
  const code = of.bundle && bundled(of.bundle);
  const scripts = () => `${state.beside ? '<script src="/npm/beside.js"></script>' : ""}${of.head}`;
  proxy.rewrite = html => html
    .replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/i, "")
    .replace(/<vitrine-consent-banner[\s\S]*?<\/vitrine-consent-banner>/g, "")
    .replace(/<head[^>]*>/i, head => `${head}${scripts()}`)
    .replace(/<\/body>/i, body => `<button id="reopen" style="position:fixed;top:0;left:0;z-index:2147483647">Cookies</button><script src="/npm/setup.js"></script>${body}`);
  const answers = {
    "/npm/beside.js": () => beside(name),
    "/npm/tcf-cmp.js": () => code,
    "/npm/gpp-cmp.js": () => code,
    "/npm/setup.js": () => `var reopen; ${of.setup(state)}\ndocument.getElementById("reopen").onclick = () => setTimeout(reopen);`,
    "/bare/": () => bare(scripts()),
  };
  proxy.fault = request => {
    const [path] = request.path.split("?");
    if (!/^\/(npm|bare)\//.test(path)) return undefined;
    request.manager = true;
    const type = path.endsWith(".css") ? "text/css" : path.endsWith("/") ? "text/html; charset=utf-8" : "text/javascript; charset=utf-8";
    return { status: 200, headers: { "content-type": type, "cache-control": "no-store" }, body: answers[path]?.() ?? npm(path.slice("/npm/".length)) };
  };
}

/** A person answers: clicks, one after the other, and begins again where the manager loaded the page anew under the hand. */
export async function answer(tab, name, act, tries = 3) {
  const page = await tab.evaluate(() => performance.timeOrigin).catch(() => 0);
  try {
    for (const selector of managers[name][act]) {
      const target = selector === "reopen" ? "#reopen" : selector;
      await tab.waitFor(({ target, page }) => performance.timeOrigin !== page || document.querySelector(target)?.getClientRects().length > 0,
        [{ target, page }], { what: `${name} to show ${target}` });
      if (await tab.evaluate(() => performance.timeOrigin) !== page) throw new Anew();
      await tab.click(target);
    }
  } catch (error) {
    if (!(error instanceof Anew) || tries === 1) throw error;
    await answer(tab, name, act, tries - 1);
  }
}

class Anew extends Error {}
