//! What people are told (GDPR 13), with its hash, and the hashes of the short texts that choices are recorded with.

use vitrine_wire::Purpose;

use super::site::Site;
use super::{hash, list, register, table, words};

/// Writes it.
pub fn write(site: &Site) -> String {
    let lang = site.lang;
    let body = body(site);
    let mut out = body.clone();
    out += "---\n\n";
    out += &format!(
        "{} `{}`\n\n",
        lang.say("SHA-256 of everything before the line `---`:", "SHA-256 de tout ce qui précède la ligne `---` :"),
        hash(&body)
    );
    let head = [
        lang.say("Text shown before the choice", "Texte affiché avant le choix"),
        lang.say("Language", "Langue"),
        "SHA-256",
    ];
    let row = |(version, language, text): &(String, String, String)| {
        vec![version.clone(), language.clone(), format!("`{}`", hash(text))]
    };
    out += &table(&head, &site.notices.iter().map(row).collect::<Vec<_>>());
    out.trim_end().to_owned() + "\n"
}

fn body(site: &Site) -> String {
    let lang = site.lang;
    let section = |en: &str, fr: &str| format!("## {}\n\n", lang.say(en, fr));
    let mut out = format!("# {}\n\n", lang.say("How this site uses your data", "Comment ce site utilise vos données"));
    out += &section("Who answers for it", "Qui en est responsable");
    out += &register::controller(site);
    out += &section("What for, and why that is lawful", "Pour quoi faire, et sur quelle base");
    let rows: Vec<_> = site
        .purposes
        .iter()
        .map(|(purpose, _)| vec![words::purpose(*purpose, lang).to_owned(), words::aim(*purpose, lang).to_owned()])
        .collect();
    out += &table(&[lang.say("Purpose", "Finalité"), lang.say("What is done", "Ce qui est fait")], &rows);
    out += lang.say(
        "Each of these purposes rests on your consent. Before you choose, nothing is read or written on your device for it and nothing is sent. You may refuse each one without any consequence for your use of the site.\n\n",
        "Chacune de ces finalités repose sur votre consentement. Avant votre choix, rien n’est lu ni écrit sur votre appareil à ce titre et rien n’est envoyé. Vous pouvez refuser chacune d’elles sans conséquence sur votre usage du site.\n\n",
    );
    out += &data(site);
    if !site.channels.is_empty() {
        out += &section("Messages", "Messages");
        out += &register::messages(site);
        out += lang.say(
            "You can refuse any channel or topic, or all of them at once, at any time and free of charge.\n\n",
            "Vous pouvez refuser tout canal ou tout sujet, ou tous à la fois, à tout moment et sans frais.\n\n",
        );
    }
    out += &section("Who receives it", "Qui les reçoit");
    out += &register::recipients(site, None);
    out += &section("How long it is kept", "Combien de temps elles sont conservées");
    out += &table(&[lang.say("Data", "Données"), lang.say("Kept for", "Durée")], &words::retention(lang));
    out + &rights(site)
}

fn data(site: &Site) -> String {
    let lang = site.lang;
    let mut out = format!("## {}\n\n", lang.say("Which data", "Quelles données"));
    for (purpose, _) in site.purposes.iter().filter(|(purpose, _)| *purpose != Purpose::Measurement) {
        out += &format!("### {}\n\n{}", words::purpose(*purpose, lang), register::data(site, *purpose));
    }
    if site.purposes.iter().any(|(purpose, _)| *purpose == Purpose::Measurement) {
        out += &format!("### {}\n\n", words::purpose(Purpose::Measurement, lang));
        out += &register::data(site, Purpose::Measurement);
    }
    out += lang.say(
        "Segments and scores adapt what the site shows. They take no decision that has legal effect for you or affects you in a similar way, and they never change a public price. Your network address is not stored.\n\n",
        "Les segments et les scores adaptent ce que le site affiche. Ils ne prennent aucune décision produisant des effets juridiques à votre égard ou vous affectant de façon similaire, et ne modifient jamais un prix public. Votre adresse réseau n’est pas conservée.\n\n",
    );
    out
}

fn rights(site: &Site) -> String {
    let lang = site.lang;
    let controller = site.controller.as_ref();
    let mut out = format!("## {}\n\n", lang.say("Your rights", "Vos droits"));
    out += &list(&[
        lang.say(
            "You can take your consent back at any time, from every page, in one step. What was done before stays lawful.",
            "Vous pouvez retirer votre consentement à tout moment, depuis chaque page, en une étape. Ce qui a été fait auparavant reste licite.",
        ),
        lang.say(
            "You can see, download and correct what is kept about you, have it erased, restrict its use or object to it, and receive it in a common format.",
            "Vous pouvez consulter, télécharger et rectifier ce qui est conservé à votre sujet, le faire effacer, en limiter l’usage ou vous y opposer, et le recevoir dans un format courant.",
        ),
        lang.say(
            "You can download a receipt for each of your choices and check it.",
            "Vous pouvez télécharger un reçu pour chacun de vos choix et le vérifier.",
        ),
        lang.say(
            "Under French law, you can say what is to become of your data after your death.",
            "Vous pouvez définir des directives sur le sort de vos données après votre décès.",
        ),
    ]);
    if let Some(email) = controller.and_then(|of| of.email.as_deref()) {
        out += &format!(
            "{} {email}. {}\n\n",
            lang.say(
                "To use them, or to ask a question, write to",
                "Pour les exercer ou poser une question, écrivez à"
            ),
            lang.say("You get an answer within one month.", "Vous recevez une réponse dans un délai d’un mois.")
        );
    }
    let authority = controller.and_then(|of| of.authority.as_deref());
    let cnil = lang.say("the CNIL (www.cnil.fr)", "la CNIL (www.cnil.fr)");
    out += &format!(
        "{} {}.\n\n",
        lang.say("You can lodge a complaint with", "Vous pouvez introduire une réclamation auprès de"),
        authority.unwrap_or(cnil)
    );
    out
}
