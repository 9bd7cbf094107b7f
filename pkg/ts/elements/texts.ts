/** What the banner says, in the languages that visitors may have. */

/** One language's texts. */
export interface Texts {
  title: string;
  text: string;
  accept: string;
  refuse: string;
  choose: string;
  save: string;
  close: string;
  purposes: Record<string, [name: string, what: string]>;
}

const en: Texts = {
  title: "Your choice",
  text: "With your permission, this site remembers your visit on this device to show you what is useful to you. You can change your mind at any time.",
  accept: "Accept all",
  refuse: "Refuse all",
  choose: "Choose for each purpose",
  save: "Save my choices",
  close: "Close without changes",
  purposes: {
    personalization: ["Personalization", "Remember what you look at on this device, and adapt what is shown."],
    measurement: ["Audience measurement", "Count visits and purchases, to improve the site."],
    experiments: ["Comparisons", "Show one of several versions of a page, to keep the better one."],
    marketing: ["Marketing messages", "Use what you look at for the messages you receive."],
  },
};

const fr: Texts = {
  title: "Votre choix",
  text: "Avec votre accord, ce site garde sur cet appareil une mémoire de votre visite afin de vous montrer ce qui vous est utile. Vous pouvez changer d’avis à tout moment.",
  accept: "Tout accepter",
  refuse: "Tout refuser",
  choose: "Choisir pour chaque finalité",
  save: "Enregistrer mes choix",
  close: "Fermer sans rien changer",
  purposes: {
    personalization: ["Personnalisation", "Retenir sur cet appareil ce que vous regardez et adapter ce qui est affiché."],
    measurement: ["Mesure d’audience", "Compter les visites et les achats afin d’améliorer le site."],
    experiments: ["Comparaisons", "Montrer une version d’une page parmi plusieurs, pour garder la meilleure."],
    marketing: ["Messages commerciaux", "Se servir de ce que vous regardez pour les messages que vous recevez."],
  },
};

/** The texts for a BCP 47 tag, and the language that they are in. */
export const textsFor = (lang: string): [string, Texts] => (/^fr\b/i.test(lang) ? ["fr", fr] : ["en", en]);
