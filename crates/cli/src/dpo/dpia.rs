//! A draft of the impact assessment (GDPR 35(7)): the processing, whether it is necessary and proportionate, the risks, the
//! measures. Where only people can judge, it says what has to be judged.

use vitrine_wire::Purpose;

use super::site::Site;
use super::{list, register, table, words};

/// Writes it.
pub fn write(site: &Site) -> String {
    let lang = site.lang;
    let section = |en: &str, fr: &str| format!("## {}\n\n", lang.say(en, fr));
    let mut out = format!(
        "# {} — {}\n\n{}\n\n",
        lang.say("Data protection impact assessment (draft)", "Analyse d’impact relative à la protection des données (projet)"),
        site.id,
        lang.say(
            "This draft follows Article 35(7) of the General Data Protection Regulation. It states what the site file declares and what the software does; likelihood and severity are proposals that the controller has to judge.",
            "Ce projet suit l’article 35, paragraphe 7, du règlement général sur la protection des données. Il énonce ce que le fichier du site déclare et ce que fait le logiciel ; vraisemblance et gravité sont des propositions que le responsable doit apprécier.",
        )
    );
    out += &section("1. Is an assessment required?", "1. L’analyse est-elle obligatoire ?");
    out += &criteria(site);
    out += &section("2. The processing", "2. Le traitement");
    out += &register::controller(site);
    out += &processing(site);
    out += &section("3. Necessity and proportionality", "3. Nécessité et proportionnalité");
    out += &table(
        &[lang.say("Principle", "Principe"), lang.say("How it is met", "Comment il est respecté")],
        &principles(site),
    );
    out += &section("4. Risks to people", "4. Risques pour les personnes");
    let head = [
        lang.say("Feared event", "Événement redouté"),
        lang.say("What it would mean", "Ce que cela signifierait"),
        lang.say("Measures", "Mesures"),
        lang.say("Severity", "Gravité"),
        lang.say("Likelihood", "Vraisemblance"),
    ];
    out += &table(&head, &risks(site));
    out += &section("5. Measures", "5. Mesures");
    out += &list(&words::measures(lang));
    out += &section("6. Opinions and decision", "6. Avis et décision");
    let rows = [
        lang.say("Opinion of the data protection officer", "Avis du délégué à la protection des données"),
        lang.say(
            "Views of the people concerned, or why they were not sought",
            "Avis des personnes concernées, ou motif de leur absence",
        ),
        lang.say("Decision of the controller, date and signature", "Décision du responsable, date et signature"),
    ];
    out += &table(&["", ""], &rows.map(|what| vec![what.to_owned(), String::new()]));
    out + &words::to_do(site)
}

fn criteria(site: &Site) -> String {
    let lang = site.lang;
    let has = |purpose: Purpose| site.purposes.iter().any(|(used, _)| *used == purpose);
    let yes_no = |yes: bool| lang.say(if yes { "yes" } else { "no" }, if yes { "oui" } else { "non" }).to_owned();
    let judge = lang.say("to be judged", "à apprécier").to_owned();
    let profiled = has(Purpose::Personalization) && !(site.segments.is_empty() && site.scores.is_empty());
    let rows = [
        (
            lang.say("Evaluation or scoring, profiling included", "Évaluation ou notation, profilage compris"),
            yes_no(profiled),
        ),
        (
            lang.say(
                "Automated decision with legal or similar effect",
                "Décision automatisée à effet juridique ou similaire",
            ),
            yes_no(false),
        ),
        (lang.say("Systematic monitoring", "Surveillance systématique"), judge.clone()),
        (lang.say("Sensitive data", "Données sensibles"), yes_no(!site.special.is_empty())),
        (lang.say("Large scale", "Grande échelle"), judge.clone()),
        (
            lang.say("Datasets matched or combined", "Croisement de données"),
            yes_no(site.traits.iter().any(|(_, source)| {
                source.contains(words::source("crm", lang)) || source.contains(words::source("import", lang))
            })),
        ),
        (lang.say("Vulnerable people", "Personnes vulnérables"), judge),
        (lang.say("Innovative use of technology", "Usage innovant"), yes_no(false)),
        (
            lang.say(
                "A right, service or contract may be refused",
                "Exclusion d’un droit, d’un service ou d’un contrat",
            ),
            yes_no(false),
        ),
    ];
    let rows: Vec<_> = rows.into_iter().map(|(what, answer)| vec![what.to_owned(), answer]).collect();
    let text = lang.say(
        "An assessment is presumed to be required where two of these nine criteria of the European guidelines (WP 248) are met.\n\n",
        "L’analyse est présumée obligatoire lorsque deux de ces neuf critères des lignes directrices européennes (WP 248) sont réunis.\n\n",
    );
    table(&[lang.say("Criterion", "Critère"), lang.say("Met", "Rempli")], &rows) + text
}

fn processing(site: &Site) -> String {
    let lang = site.lang;
    let mut out = String::new();
    for (purpose, _) in &site.purposes {
        out += &format!("### {}\n\n{}\n\n", words::purpose(*purpose, lang), words::aim(*purpose, lang));
        out += &register::data(site, *purpose);
    }
    let count = site.experiences;
    out += &match (lang, count) {
        (super::Lang::En, 1) => "The site shows 1 adapted content.\n\n".to_owned(),
        (super::Lang::Fr, 0 | 1) => format!("Le site affiche {count} contenu adapté.\n\n"),
        (super::Lang::En, _) => format!("The site shows {count} adapted contents.\n\n"),
        (super::Lang::Fr, _) => format!("Le site affiche {count} contenus adaptés.\n\n"),
    };
    out += &format!("### {}\n\n", lang.say("Recipients", "Destinataires"));
    out + &register::recipients(site, None)
}

fn principles(site: &Site) -> Vec<Vec<String>> {
    let lang = site.lang;
    let before = match (site.hold, site.contextual) {
        (true, _) => lang.say(
            "Events before the choice are held in memory only and forgotten on refusal (`beforeChoice: hold`); the notice has to say so.",
            "Les événements antérieurs au choix sont gardés en mémoire vive seulement et oubliés en cas de refus (`beforeChoice: hold`) ; la notice doit le dire.",
        ),
        (false, true) => lang.say(
            "Before the choice nothing is kept or sent; some contents adapt to the page itself, without reading the device.",
            "Avant le choix, rien n’est gardé ni envoyé ; certains contenus s’adaptent à la page elle-même, sans lecture de l’appareil.",
        ),
        (false, false) => lang.say(
            "Before the choice nothing is read, kept or sent.",
            "Avant le choix, rien n’est lu, gardé ni envoyé.",
        ),
    };
    let rows = [
        (lang.say("Lawfulness", "Licéité"), words::consent(lang)),
        (lang.say("Before the choice", "Avant le choix"), before),
        (
            lang.say("Free choice", "Liberté du choix"),
            lang.say(
                "Refusing is as easy as accepting, purpose by purpose; nothing is ticked in advance; a refusal lasts as long as an agreement.",
                "Refuser est aussi simple qu’accepter, finalité par finalité ; rien n’est coché d’avance ; un refus dure aussi longtemps qu’un accord.",
            ),
        ),
        (
            lang.say("Data minimisation", "Minimisation"),
            lang.say(
                "Only the declared events and properties above are taken.",
                "Seuls les événements et propriétés déclarés ci-dessus sont retenus.",
            ),
        ),
        (
            lang.say("Accuracy", "Exactitude"),
            lang.say(
                "The visitor sees the profile and the reason for each segment, and corrects it.",
                "Le visiteur voit son profil et la raison de chaque segment, et le rectifie.",
            ),
        ),
        (
            lang.say("Storage limitation", "Limitation de la conservation"),
            lang.say(
                "The choice lasts 6 months, identifiers 13 months without extension, data in the backend 25 months at most.",
                "Le choix vaut 6 mois, les identifiants 13 mois sans prolongation, les données du serveur 25 mois au plus.",
            ),
        ),
        (
            lang.say("Rights", "Droits"),
            lang.say(
                "Access, portability, rectification and erasure work on the page, at once; letters are logged with the day by which they must be answered.",
                "Accès, portabilité, rectification et effacement s’exercent sur la page, immédiatement ; les courriers sont consignés avec leur date limite de réponse.",
            ),
        ),
        (
            lang.say("Transfers", "Transferts"),
            if site.abroad().is_empty() {
                lang.say("The site file declares none out of the European Economic Area.", "Le fichier du site n’en déclare aucun hors de l’Espace économique européen.")
            } else {
                lang.say("See the recipients above, with the safeguard of each.", "Voir les destinataires ci-dessus, avec la garantie propre à chacun.")
            },
        ),
    ];
    rows.into_iter().map(|(name, how)| vec![name.to_owned(), how.to_owned()]).collect()
}

fn risks(site: &Site) -> Vec<Vec<String>> {
    let lang = site.lang;
    let limited = lang.say("limited", "limitée");
    let negligible = lang.say("negligible", "négligeable");
    let important = lang.say("significant", "importante");
    let severity = if site.special.is_empty() { limited } else { important };
    let rows = [
        [
            lang.say("Illegitimate access to profiles", "Accès illégitime aux profils"),
            lang.say("Habits and interests of visitors become known to others.", "Des tiers connaissent les habitudes et centres d’intérêt des visiteurs."),
            lang.say("Profile on the device; secret of 256 bits for each visitor; proof before devices are joined; no network address stored.", "Profil sur l’appareil ; secret de 256 bits par visiteur ; preuve avant rattachement ; aucune adresse réseau conservée."),
            severity,
            limited,
        ],
        [
            lang.say("Unwanted change of data or rules", "Modification non désirée de données ou de règles"),
            lang.say("Visitors see contents that were made for others, or that an attacker chose.", "Les visiteurs voient des contenus destinés à d’autres, ou choisis par un attaquant."),
            lang.say("Signed rules; typed actions without script; a chain of hashes over proofs of consent.", "Règles signées ; actions typées sans script ; chaîne d’empreintes sur les preuves de consentement."),
            limited,
            negligible,
        ],
        [
            lang.say("Disappearance of data", "Disparition de données"),
            lang.say("A choice or an objection is forgotten and the person is asked or contacted again.", "Un choix ou une opposition est oublié et la personne est de nouveau sollicitée."),
            lang.say("The choice is kept in the browser and, without an identifier, in a cookie; what the backend acknowledges is on disk.", "Le choix est conservé dans le navigateur et, sans identifiant, dans un cookie ; ce que le serveur confirme est écrit sur disque."),
            negligible,
            limited,
        ],
        [
            lang.say("Use that people do not expect", "Usage inattendu pour les personnes"),
            lang.say("Deductions intrude, or lead to unequal treatment.", "Les déductions sont intrusives ou conduisent à une inégalité de traitement."),
            lang.say("Special categories refused unless justified; public prices never changed; the reason for each segment is shown; opt-out of each segment.", "Catégories particulières refusées sauf justification ; prix publics jamais modifiés ; raison de chaque segment affichée ; retrait de chaque segment possible."),
            severity,
            limited,
        ],
        [
            lang.say("Too many messages", "Messages trop nombreux"),
            lang.say("The person is disturbed or gives in to pressure.", "La personne est importunée ou cède à la pression."),
            lang.say("Consent by channel; topics and frequencies; one act stops everything; no false urgency.", "Consentement par canal ; sujets et fréquences ; un seul geste arrête tout ; aucune fausse urgence."),
            negligible,
            if site.channels.is_empty() { negligible } else { limited },
        ],
    ];
    rows.into_iter().map(|row| row.map(str::to_owned).to_vec()).collect()
}
