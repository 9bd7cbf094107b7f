//! The record of processing activities (GDPR 30): one activity for each purpose.

use vitrine_wire::Purpose;

use super::site::Site;
use super::{Lang, code, list, table, words};

/// Writes it.
pub fn write(site: &Site) -> String {
    let lang = site.lang;
    let mut out = format!(
        "# {} — {}\n\n{}\n\n",
        lang.say("Record of processing activities", "Registre des activités de traitement"),
        site.id,
        lang.say(
            "This record is kept under Article 30(1) of the General Data Protection Regulation. It is made from the site file, which is what the site runs.",
            "Ce registre est tenu en application de l’article 30, paragraphe 1, du règlement général sur la protection des données. Il est établi à partir du fichier du site, celui-là même que le site exécute.",
        ),
    );
    out += &format!("## {}\n\n{}", lang.say("Controller", "Responsable du traitement"), controller(site));
    for (n, (purpose, notice)) in site.purposes.iter().enumerate() {
        out += &format!("## {} {} — {}\n\n", lang.say("Activity", "Activité"), n + 1, words::purpose(*purpose, lang));
        out += &activity(site, *purpose, notice.as_deref());
    }
    out += &format!("## {}\n\n", lang.say("Retention", "Durées de conservation"));
    out += &table(&[lang.say("Data", "Données"), lang.say("Kept for", "Durée")], &words::retention(lang));
    out += &format!("## {}\n\n", lang.say("Security measures", "Mesures de sécurité"));
    out += &list(&words::measures(lang));
    out + &words::to_do(site)
}

/// Who answers for it, as a table.
pub fn controller(site: &Site) -> String {
    let lang = site.lang;
    let absent = lang.say("not stated in the site file", "non indiqué dans le fichier du site").to_owned();
    let of = site.controller.as_ref();
    if of.is_none() && site.told {
        return unstated(lang);
    }
    let text = |member: fn(&vitrine_wire::http::Controller) -> Option<&String>| {
        of.and_then(member).cloned().unwrap_or_else(|| absent.clone())
    };
    let rows = [
        (lang.say("Name", "Nom"), of.map_or(absent.clone(), |of| of.name.clone())),
        (lang.say("Address", "Adresse"), text(|of| of.address.as_ref())),
        (lang.say("Contact for rights", "Contact pour les droits"), text(|of| of.email.as_ref())),
        (lang.say("Representative", "Représentant"), text(|of| of.representative.as_ref())),
        (lang.say("Data protection officer", "Délégué à la protection des données"), text(|of| of.dpo.as_ref())),
    ];
    let rows = rows.into_iter().filter(|(_, value)| !site.told || *value != absent);
    table(&["", ""], &rows.map(|(name, value)| vec![name.to_owned(), value]).collect::<Vec<_>>())
}

fn activity(site: &Site, purpose: Purpose, notice: Option<&str>) -> String {
    let lang = site.lang;
    let none = lang.say("none named in the site file", "aucune indiquée dans le fichier du site");
    let people = match purpose {
        Purpose::Marketing => {
            lang.say("Customers and prospects who gave an address", "Clients et prospects ayant communiqué une adresse")
        }
        _ => lang.say("Visitors of the site, known or not", "Visiteurs du site, identifiés ou non"),
    };
    let rows = [
        (lang.say("Aim", "Objectif"), words::aim(purpose, lang).to_owned()),
        (lang.say("Legal basis", "Base légale"), legal(site, purpose).to_owned()),
        (lang.say("Notice", "Notice d’information"), notice.unwrap_or(none).to_owned()),
        (lang.say("People concerned", "Personnes concernées"), people.to_owned()),
        (lang.say("Where", "Lieu du traitement"), place(purpose, site).to_owned()),
    ];
    let rows: Vec<_> = rows.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect();
    let mut out = table(&["", ""], &rows);
    out += &format!("### {}\n\n{}", lang.say("Data", "Données"), data(site, purpose));
    if purpose == Purpose::Marketing {
        out += &messages(site);
    }
    out + &format!("### {}\n\n{}", lang.say("Recipients", "Destinataires"), recipients(site, Some(purpose)))
}

fn legal(site: &Site, purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Marketing if !site.channels.is_empty() => site.lang.say(
            "Consent for the use of what is known from visits (GDPR, Article 6(1)(a)); for each message, the basis of its channel and topic below",
            "Consentement pour l’usage de ce qui est connu des visites (RGPD, article 6, paragraphe 1, point a)) ; pour chaque message, la base de son canal et de son sujet ci-dessous",
        ),
        _ => words::consent(site.lang),
    }
}

fn place(purpose: Purpose, site: &Site) -> &'static str {
    match purpose {
        Purpose::Measurement => {
            site.lang.say("The backend, from the visitor’s device", "Le serveur, depuis l’appareil du visiteur")
        }
        Purpose::Marketing => site.lang.say("The backend", "Le serveur"),
        _ => site.lang.say(
            "The visitor’s device; the backend for what is synchronised after a login",
            "L’appareil du visiteur ; le serveur pour ce qui est synchronisé après connexion",
        ),
    }
}

/// What is processed for a purpose.
pub fn data(site: &Site, purpose: Purpose) -> String {
    let lang = site.lang;
    let mut out = String::new();
    match purpose {
        Purpose::Measurement | Purpose::Personalization => out += &events(site, purpose),
        Purpose::Experiments => {
            out += &list(&[lang.say(
                "A random identifier of the device, and which version was shown and seen.",
                "Un identifiant aléatoire de l’appareil, la version affichée et celle qui a été vue.",
            )])
        }
        Purpose::Marketing => {
            out += &list(&[lang.say(
                "Address of each accepted channel, accepted topics and frequencies, date and basis of each choice.",
                "Adresse de chaque canal accepté, sujets et fréquences acceptés, date et base de chaque choix.",
            )])
        }
    }
    if purpose == Purpose::Personalization {
        if !site.traits.is_empty() {
            out += lang.say(
                "Declared data are details that are known of the person beside what is done on the site, each under its technical name.\n\n",
                "Les données déclarées sont des renseignements connus de la personne en dehors de ses actions sur le site, chacun sous son nom technique.\n\n",
            );
            let head = [lang.say("Declared data", "Donnée déclarée"), lang.say("Source", "Origine")];
            out += &table(&head, &site.traits.iter().map(|(n, s)| vec![code(n), s.clone()]).collect::<Vec<_>>());
        }
        out += &derived(site);
    }
    out
}

fn events(site: &Site, purpose: Purpose) -> String {
    let lang = site.lang;
    let Some(events) = &site.events else {
        return lang.say(
            "The e-commerce events of the specification published by Segment are taken, with their documented properties (products, carts, orders, coupons).\n\n",
            "Les événements de commerce en ligne de la spécification publiée par Segment sont retenus, avec leurs propriétés documentées (produits, paniers, commandes, bons de réduction).\n\n",
        ).to_owned();
    };
    // What is folded is sent too, where measurement is allowed.
    let taken = events.iter().filter(|event| event.purpose == purpose || purpose == Purpose::Measurement);
    let kept = |keep: Option<&str>| match purpose {
        Purpose::Measurement => {
            lang.say("until it is sent, 30 days at most", "jusqu’à l’envoi, 30 jours au plus").to_owned()
        }
        _ => words::kept(keep, lang),
    };
    let none = || lang.say("name and time only", "nom et heure seulement").to_owned();
    let mut rows: Vec<Vec<String>> = taken
        .map(|event| {
            let properties = if event.properties.is_empty() { none() } else { properties(&event.properties) };
            vec![code(&event.name), properties, kept(event.keep.as_deref())]
        })
        .collect();
    let page = lang.say("path, title, referring site, campaign", "chemin, titre, site d’origine, campagne").to_owned();
    rows.push(vec![lang.say("Page view", "Page vue").to_owned(), page, kept(None)]);
    let head = [
        lang.say("Event", "Événement"),
        lang.say("Properties", "Propriétés"),
        lang.say("On the device", "Sur l’appareil"),
    ];
    let what = lang.say(
        "An event is something done on the site. What is written `like this` is a technical name: that under which the site records the event, or that of a detail which belongs to it.\n\n",
        "Un événement est une action faite sur le site. Ce qui est écrit `ainsi` est un nom technique : celui sous lequel le site enregistre l’événement, ou celui d’une précision qui s’y rapporte.\n\n",
    );
    what.to_owned() + &table(&head, &rows)
}

fn properties(names: &[String]) -> String {
    names.iter().map(|name| code(name)).collect::<Vec<_>>().join(", ")
}

fn derived(site: &Site) -> String {
    let lang = site.lang;
    let mut out = String::new();
    let mut add = |names: &[String], en: &str, fr: &str| {
        if !names.is_empty() {
            out += &format!("{} {}.\n\n", lang.say(en, fr), names.join(lang.say("; ", " ; ")));
        }
    };
    add(&site.segments, "Segments that are deduced:", "Segments déduits :");
    let scores: Vec<_> = site.scores.iter().map(|name| code(name)).collect();
    add(&scores, "Scores that are computed, by their technical names:", "Scores calculés, par leurs noms techniques :");
    if !site.special.is_empty() {
        let head = [
            lang.say("Special category", "Catégorie particulière"),
            lang.say("Justification given", "Justification donnée"),
        ];
        out += &table(&head, &site.special.iter().map(|(at, why)| vec![code(at), why.clone()]).collect::<Vec<_>>());
    }
    out
}

/// Channels and topics with their bases.
pub fn messages(site: &Site) -> String {
    let lang = site.lang;
    let mut out = String::new();
    let rows: Vec<_> =
        site.channels.iter().map(|of| vec![of.name.clone(), words::basis(&of.basis, lang).to_owned()]).collect();
    out += &table(&[lang.say("Channel", "Canal"), lang.say("Basis of a message", "Base d’un message")], &rows);
    let as_channel = lang.say("as the channel", "comme le canal").to_owned();
    let basis =
        |basis: &Option<String>| basis.as_ref().map_or(as_channel.clone(), |of| words::basis(of, lang).to_owned());
    let rows: Vec<_> = site.topics.iter().map(|of| vec![of.name.clone(), basis(&of.basis)]).collect();
    out + &table(&[lang.say("Topic", "Sujet"), lang.say("Basis", "Base")], &rows)
}

/// In the place of a section of which the site file says nothing.
fn unstated(lang: Lang) -> String {
    lang.say("Not stated.\n\n", "Non indiqué.\n\n").to_owned()
}

/// Who receives data, for one purpose or for all.
pub fn recipients(site: &Site, purpose: Option<Purpose>) -> String {
    let lang = site.lang;
    let told = site.recipients.iter().filter(|r| purpose.is_none_or(|purpose| r.purposes.contains(&purpose)));
    let absent = || lang.say("not stated", "non indiqué").to_owned();
    let rows: Vec<_> = told
        .map(|r| {
            let safeguard = r.safeguard.clone().unwrap_or_else(|| {
                lang.say("no transfer out of the EEA declared", "aucun transfert hors de l’EEE déclaré").to_owned()
            });
            vec![r.name.clone(), r.role.to_owned(), r.country.clone().unwrap_or_else(absent), safeguard]
        })
        .collect();
    if site.recipients.is_empty() {
        return unstated(lang);
    }
    if rows.is_empty() {
        let text = lang.say(
            "No recipient other than the controller’s own authorised staff.\n\n",
            "Aucun destinataire autre que le personnel habilité du responsable.\n\n",
        );
        return text.to_owned();
    }
    let head = [
        lang.say("Recipient", "Destinataire"),
        lang.say("Role", "Rôle"),
        lang.say("Country", "Pays"),
        lang.say("Transfer", "Transfert"),
    ];
    table(&head, &rows)
}
