//! Words that the papers share, in both languages.

use vitrine_wire::Purpose;

use super::Lang;
use super::site::Site;

/// A purpose's name.
pub fn purpose(of: Purpose, lang: Lang) -> &'static str {
    match of {
        Purpose::Measurement => lang.say("Audience measurement", "Mesure d’audience"),
        Purpose::Personalization => lang.say("Personalisation of the site", "Personnalisation du site"),
        Purpose::Experiments => lang.say("Comparison of versions", "Comparaison de versions"),
        Purpose::Marketing => lang.say("Commercial messages", "Messages commerciaux"),
    }
}

/// What is done for a purpose, in one sentence.
pub fn aim(of: Purpose, lang: Lang) -> &'static str {
    match of {
        Purpose::Measurement => lang.say(
            "To count visits, actions and purchases in order to improve the site.",
            "Compter les visites, les actions et les achats afin d’améliorer le site.",
        ),
        Purpose::Personalization => lang.say(
            "To remember on the visitor’s device what is looked at and done, to deduce interests from it, and to adapt what the site shows.",
            "Retenir sur l’appareil du visiteur ce qui est regardé et fait, en déduire des centres d’intérêt et adapter ce que le site affiche.",
        ),
        Purpose::Experiments => lang.say(
            "To show one of several versions of a page, always the same to the same visitor, in order to keep the better one.",
            "Montrer une version d’une page parmi plusieurs, toujours la même au même visiteur, afin de garder la meilleure.",
        ),
        Purpose::Marketing => lang.say(
            "To choose and send commercial messages through the channels and on the topics that the person has accepted.",
            "Choisir et envoyer des messages commerciaux par les canaux et sur les sujets que la personne a acceptés.",
        ),
    }
}

/// Why the processing is lawful.
pub const fn consent(lang: Lang) -> &'static str {
    lang.say(
        "Consent (GDPR, Article 6(1)(a); Article 82 of the French Data Protection Act for access to the device)",
        "Consentement (RGPD, article 6, paragraphe 1, point a) ; article 82 de la loi Informatique et Libertés pour l’accès au terminal)",
    )
}

/// The lawful basis of a message.
pub fn basis(of: &str, lang: Lang) -> &'static str {
    match of {
        "customer-similar" => lang.say(
            "similar products and services, to customers who were told and could refuse (CPCE, Article L34-5)",
            "produits et services analogues, aux clients informés et mis en mesure de refuser (CPCE, article L34-5)",
        ),
        "contract-ongoing" => lang.say(
            "performance of a contract in progress (Consumer Code, Article L223-1)",
            "exécution d’un contrat en cours (code de la consommation, article L223-1)",
        ),
        "interest" => lang.say(
            "legitimate interest, with the right to object (GDPR, Article 6(1)(f))",
            "intérêt légitime, avec droit d’opposition (RGPD, article 6, paragraphe 1, point f))",
        ),
        "service" => lang.say(
            "performance of the contract: order, delivery, invoice (GDPR, Article 6(1)(b)); no offer is made in it",
            "exécution du contrat : commande, livraison, facture (RGPD, article 6, paragraphe 1, point b)) ; sans aucune offre",
        ),
        _ => lang.say(
            "prior consent, for each channel (CPCE, Article L34-5)",
            "consentement préalable, canal par canal (CPCE, article L34-5)",
        ),
    }
}

/// The name of a channel that everybody knows.
pub fn channel(id: &str, lang: Lang) -> Option<&'static str> {
    Some(match id {
        "email" => lang.say("E-mail", "Courriel"),
        "sms" => "SMS",
        "push" => lang.say("Push notification", "Notification"),
        "phone" => lang.say("Telephone", "Téléphone"),
        "post" => lang.say("Post", "Courrier postal"),
        _ => return None,
    })
}

/// What a recipient is.
pub fn role(of: &str, lang: Lang) -> &'static str {
    match of {
        "joint" => lang.say("joint controller", "responsable conjoint"),
        "recipient" => lang.say("recipient", "destinataire"),
        _ => lang.say("processor", "sous-traitant"),
    }
}

/// Where a trait comes from.
pub fn source(of: &str, lang: Lang) -> &'static str {
    match of {
        "account" => lang.say("the customer’s account", "le compte client"),
        "crm" => lang.say("the customer base", "la base clients"),
        "form" => lang.say("a form", "un formulaire"),
        "server" => lang.say("the site’s server", "le serveur du site"),
        "import" => lang.say("an import", "un import"),
        _ => lang.say("the page", "la page"),
    }
}

/// How long an event stays on the device.
pub fn kept(keep: Option<&str>, lang: Lang) -> String {
    let newest = lang.say("newest 2,000 events, 256 KiB", "2 000 derniers événements, 256 Kio");
    let Some(keep) = keep else { return newest.to_owned() };
    let digits = keep.len() - keep.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (count, unit) = keep.split_at(digits);
    let one = count == "1";
    let plural = |en: (&'static str, &'static str), fr: (&'static str, &'static str)| match one {
        true => lang.say(en.0, fr.0),
        false => lang.say(en.1, fr.1),
    };
    let unit = match unit {
        "s" => plural(("second", "seconds"), ("seconde", "secondes")),
        "m" => plural(("minute", "minutes"), ("minute", "minutes")),
        "h" => plural(("hour", "hours"), ("heure", "heures")),
        "d" => plural(("day", "days"), ("jour", "jours")),
        "w" => plural(("week", "weeks"), ("semaine", "semaines")),
        _ => plural(("month", "months"), ("mois", "mois")),
    };
    format!("{count} {unit}")
}

/// How long everything is kept: what, how long.
pub fn retention(lang: Lang) -> Vec<Vec<String>> {
    let rows = [
        (
            ("The visitor’s choice", "Le choix du visiteur"),
            (
                "6 months (182 days), for a refusal as for an agreement",
                "6 mois (182 jours), pour un refus comme pour un accord",
            ),
        ),
        (
            ("Visitor identifier", "Identifiant du visiteur"),
            ("13 months from its creation, never extended", "13 mois à compter de sa création, sans prolongation"),
        ),
        (
            ("Events and profile on the device", "Événements et profil sur l’appareil"),
            (
                "until the choice ends or is taken back; at most the newest 2,000 events",
                "jusqu’à la fin ou au retrait du choix ; au plus les 2 000 derniers événements",
            ),
        ),
        (
            ("Events and profile in the backend", "Événements et profil sur le serveur"),
            ("25 months at most", "25 mois au plus"),
        ),
        (
            ("Message preferences and addresses", "Préférences d’envoi et adresses"),
            ("3 years from the last contact", "3 ans à compter du dernier contact"),
        ),
        (
            ("Proof of consent", "Preuve du consentement"),
            (
                "as long as consent has to be proved; its content is erased with the visitor",
                "tant que le consentement doit pouvoir être prouvé ; son contenu est effacé avec le visiteur",
            ),
        ),
        (
            ("Objection to commercial messages", "Opposition aux messages commerciaux"),
            ("3 years, as a keyed hash of the address", "3 ans, sous forme d’empreinte à clé de l’adresse"),
        ),
    ];
    let text = |(en, fr): (&str, &str)| lang.say(en, fr).to_owned();
    rows.into_iter().map(|(what, long)| vec![text(what), text(long)]).collect()
}

/// What protects the data.
pub fn measures(lang: Lang) -> [&'static str; 8] {
    [
        lang.say(
            "Nothing is read from or written to the device for a purpose before it is allowed; the code that does it cannot be compiled without the permission.",
            "Rien n’est lu ni écrit sur l’appareil pour une finalité avant qu’elle soit autorisée ; le code qui le fait ne peut être compilé sans cette autorisation.",
        ),
        lang.say(
            "The profile is computed on the visitor’s device; the backend receives events only where audience measurement is allowed.",
            "Le profil est calculé sur l’appareil du visiteur ; le serveur ne reçoit d’événements que si la mesure d’audience est autorisée.",
        ),
        lang.say(
            "Only declared events and properties are taken; everything else is dropped. Network addresses are not stored.",
            "Seuls les événements et propriétés déclarés sont retenus ; tout le reste est écarté. Les adresses réseau ne sont pas conservées.",
        ),
        lang.say(
            "What is kept about a visitor opens only to a secret of 256 bits held by the device; the backend stores its hash.",
            "Ce qui est conservé d’un visiteur ne s’ouvre qu’avec un secret de 256 bits détenu par l’appareil ; le serveur n’en garde que l’empreinte.",
        ),
        lang.say(
            "Devices are joined to a person only after a cryptographic proof of the login.",
            "Les appareils ne sont rattachés à une personne qu’après une preuve cryptographique de la connexion.",
        ),
        lang.say(
            "The rules that pages run are signed (Ed25519) and verified before use; pages need no weakening of the content security policy other than WebAssembly.",
            "Les règles exécutées par les pages sont signées (Ed25519) et vérifiées avant usage ; la politique de sécurité des pages n’est assouplie que pour WebAssembly.",
        ),
        lang.say(
            "Each permission and each withdrawal is recorded in a chain of hashes that shows alterations, and each person can download a signed receipt; refusals are only counted.",
            "Chaque autorisation et chaque retrait sont enregistrés dans une chaîne d’empreintes qui révèle les altérations, et chacun peut en télécharger un reçu signé ; les refus sont seulement comptés.",
        ),
        lang.say(
            "Withdrawal takes effect at once in every open tab and erases, on the device and in the backend, what rested on it alone.",
            "Le retrait prend effet aussitôt dans tous les onglets ouverts et efface, sur l’appareil et sur le serveur, ce qui ne reposait que sur lui.",
        ),
    ]
}

/// What the site file does not say and the papers need: what to add.
pub fn missing(site: &Site) -> Vec<String> {
    let lang = site.lang;
    let mut out = Vec::new();
    let mut add = |absent: bool, en: &str, fr: &str| {
        if absent {
            out.push(lang.say(en, fr).to_owned());
        }
    };
    let of = site.controller.as_ref();
    add(
        of.is_none(),
        "who answers for the processing (`controller`);",
        "le responsable du traitement (`controller`) ;",
    );
    add(
        of.is_some_and(|c| c.address.is_none()),
        "the controller’s address (`controller.address`);",
        "l’adresse du responsable (`controller.address`) ;",
    );
    add(
        of.is_some_and(|c| c.email.is_none()),
        "where people write to use their rights (`controller.email`);",
        "l’adresse où exercer ses droits (`controller.email`) ;",
    );
    add(
        of.is_some_and(|c| c.dpo.is_none()),
        "the data protection officer, if there is one (`controller.dpo`);",
        "le délégué à la protection des données, s’il y en a un (`controller.dpo`) ;",
    );
    add(
        site.recipients.is_empty(),
        "the recipients and processors, at least who hosts the backend (`recipients`);",
        "les destinataires et sous-traitants, au moins l’hébergeur du serveur (`recipients`) ;",
    );
    add(
        site.recipients.iter().any(|r| r.country.is_none()),
        "the country of each recipient (`recipients.….country`);",
        "le pays de chaque destinataire (`recipients.….country`) ;",
    );
    add(
        site.purposes.iter().any(|(_, notice)| notice.is_none()),
        "the notice of each purpose (`purposes.….notice`);",
        "la notice de chaque finalité (`purposes.….notice`) ;",
    );
    add(
        site.untitled,
        "a title for each segment, channel and topic (`….title`): without it people read its technical name;",
        "un titre pour chaque segment, canal et sujet (`….title`) : sans lui, c’est son nom technique qui est lu ;",
    );
    let unknown = site.named_notices().iter().any(|named| !site.notices.iter().any(|(version, ..)| version == named));
    add(
        unknown || site.named_notices().is_empty(),
        "the text that visitors read (`notices`): without it a proof of consent holds no wording;",
        "le texte lu par les visiteurs (`notices`) : sans lui, la preuve du consentement ne contient pas de texte ;",
    );
    out
}

/// The part at the end of each paper that names what is missing, if anything.
pub fn to_do(site: &Site) -> String {
    let lang = site.lang;
    let title = lang.say("To complete before signing", "À compléter avant signature");
    match missing(site) {
        none if none.is_empty() => {
            format!(
                "## {title}\n\n{}\n",
                lang.say("Nothing: the site file says it all.", "Rien : le fichier du site dit tout.")
            )
        }
        some => format!("## {title}\n\n{}", super::list(&some)),
    }
}
