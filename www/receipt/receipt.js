/** Sends a receipt to the backend that serves this page, and says what it answers. Text is only ever set as text. */

const TEXTS = {
  en: {
    title: "Check a consent receipt",
    what: "A receipt says what you were told, what you chose and when. Here you see whether it is true and still in this site’s records. The file is compared and not kept.",
    file: "Receipt file",
    drop: "or drop it here",
    paste: "Paste its text instead",
    label: "Text of the receipt",
    check: "Check",
    verdicts: {
      valid: ["This receipt is true", "It is as this site gave it out, and this site’s records still hold it."],
      redacted: ["This receipt is true; its content was erased here", "It is as this site gave it out. The site erased what the record said, as its visitor asked; only its place in the chain is left."],
      altered: ["This receipt is not true", "It is not as this site gave it out: at least one character was changed, or another site’s key signed it."],
      foreign: ["This receipt is another site’s", "Check it at the site that it names."],
      "chain-altered": ["This site’s records were changed", "The receipt is true, but the records do not say the same any more. Keep the receipt: it is proof."],
      "chain-removed": ["This site’s records lack this act", "The receipt is true, but its record is gone. Keep the receipt: it is proof."],
      "not-read": ["This is no receipt", "The file or text is not the JSON of a receipt."],
      failed: ["It could not be checked", "The site did not answer. Try again later."],
    },
    names: { site: "Site", controller: "Controller", time: "Recorded", notice: "Notice", position: "Place in the chain" },
    states: { granted: "allowed", denied: "refused", withdrawn: "taken back" },
    purposes: { personalization: "Personalization", measurement: "Audience measurement", experiments: "Comparisons", marketing: "Marketing messages" },
    words: "What was read",
  },
  fr: {
    title: "Vérifier un reçu de consentement",
    what: "Un reçu dit ce qui vous a été annoncé, ce que vous avez choisi et quand. Vous voyez ici s’il est vrai et si ce site le conserve toujours. Le fichier est comparé, il n’est pas gardé.",
    file: "Fichier du reçu",
    drop: "ou déposez-le ici",
    paste: "Coller plutôt son texte",
    label: "Texte du reçu",
    check: "Vérifier",
    verdicts: {
      valid: ["Ce reçu est vrai", "Il est tel que ce site l’a remis, et ce site le conserve toujours."],
      redacted: ["Ce reçu est vrai ; son contenu a été effacé ici", "Il est tel que ce site l’a remis. Le site a effacé ce que disait l’enregistrement, comme la personne l’a demandé ; il n’en reste que la place dans la chaîne."],
      altered: ["Ce reçu n’est pas vrai", "Il n’est pas tel que ce site l’a remis : un caractère au moins a été changé, ou la clé d’un autre site l’a signé."],
      foreign: ["Ce reçu est celui d’un autre site", "Vérifiez-le auprès du site qu’il désigne."],
      "chain-altered": ["Les enregistrements de ce site ont été modifiés", "Le reçu est vrai, mais les enregistrements ne disent plus la même chose. Gardez le reçu : il fait preuve."],
      "chain-removed": ["Cet acte manque aux enregistrements de ce site", "Le reçu est vrai, mais son enregistrement a disparu. Gardez le reçu : il fait preuve."],
      "not-read": ["Ce n’est pas un reçu", "Le fichier ou le texte n’est pas le JSON d’un reçu."],
      failed: ["La vérification n’a pas pu se faire", "Le site n’a pas répondu. Réessayez plus tard."],
    },
    names: { site: "Site", controller: "Responsable", time: "Enregistré le", notice: "Notice", position: "Place dans la chaîne" },
    states: { granted: "autorisé", denied: "refusé", withdrawn: "retiré" },
    purposes: { personalization: "Personnalisation", measurement: "Mesure d’audience", experiments: "Comparaisons", marketing: "Messages commerciaux" },
    words: "Ce qui a été lu",
  },
};

const asked = new URLSearchParams(location.search).get("lang") ?? navigator.language;
const lang = /^fr\b/i.test(asked) ? "fr" : "en";
const texts = TEXTS[lang];
const byId = (id) => document.getElementById(id);
const made = (name, text) => Object.assign(document.createElement(name), { textContent: text });

document.documentElement.lang = lang;
document.title = texts.title;
for (const element of document.querySelectorAll("[data-text]")) element.textContent = texts[element.dataset.text];
for (const link of document.querySelectorAll("nav a")) if (link.lang === lang) link.setAttribute("aria-current", "true");

/** Shows a verdict; of a receipt that holds, also what it says. */
function show(verdict, valid, receipt) {
  const [title, sentence] = texts.verdicts[verdict] ?? texts.verdicts.failed;
  const box = byId("verdict");
  const list = box.querySelector("dl");
  const words = byId("words");
  box.classList.toggle("valid", valid);
  box.querySelector("h2").textContent = title;
  box.querySelector("p").textContent = sentence;
  list.replaceChildren();
  words.replaceChildren();
  if (valid) {
    const { record, controller, notices } = receipt;
    const time = new Date(record.time).toLocaleString(lang, { dateStyle: "long", timeStyle: "short" });
    const rows = [[texts.names.site, record.site], [texts.names.controller, controller.name], [texts.names.time, time]];
    for (const [purpose, { status }] of Object.entries(record.processing ?? {}))
      rows.push([texts.purposes[purpose] ?? purpose, texts.states[status]]);
    rows.push([texts.names.notice, record.notice ?? "—"], [texts.names.position, `${record.position} / ${receipt.proof.head.position}`]);
    for (const [name, value] of rows) list.append(made("dt", name), made("dd", value));
    if (notices.length) words.append(made("h3", texts.words));
    for (const { language, text } of notices) words.append(Object.assign(made("blockquote", text), { lang: language }));
  }
  box.hidden = false;
  box.focus();
}

/** Asks the backend about a receipt's text. */
async function check(text) {
  let receipt;
  try {
    receipt = JSON.parse(text);
  } catch {
    return show("not-read", false);
  }
  try {
    const path = new URL("../v1/consents/verify", location.href);
    const answer = await fetch(path, { method: "POST", body: text, credentials: "omit", referrerPolicy: "no-referrer" });
    if (answer.status === 400) return show("not-read", false);
    const { verdict, valid } = await answer.json();
    show(verdict, valid === true, receipt);
  } catch {
    show("failed", false);
  }
}

const read = async (file) => file && check(await file.text());
const drop = byId("drop");
byId("file").addEventListener("change", (event) => read(event.target.files[0]));
byId("check").addEventListener("click", () => check(byId("text").value));
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.classList.add("over");
});
document.addEventListener("dragleave", () => drop.classList.remove("over"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  read(event.dataTransfer.files[0]);
});
