//! Channel × topic × frequency: what holds for a person. A stop wins over a channel, a channel that is off over its topics, and
//! service messages over both: they hold no offer.

use std::collections::BTreeMap;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use vitrine_wire::http::{ChannelPreference, Frequency, Preferences, TopicPreference};
use vitrine_wire::{Millis, Value};

use crate::site::{Declared, Site};

/// How long an objection is kept: three years (docs/consent.md), in ms.
pub const SUPPRESSED: Millis = 3 * 366 * 86_400_000;
/// How long an address may be confirmed: a week, in ms.
pub const CONFIRMABLE: Millis = 7 * 86_400_000;

/// Kept in place of a channel's frequency where the channel was off and topics were allowed since: they alone may come.
pub const SINGLY: &str = "singly";

/// What is kept of a person's preferences.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    /// (channel, topic or "") to frequency.
    pub chosen: BTreeMap<(String, String), String>,
    /// Whether everything was stopped.
    pub stopped: bool,
    /// The channel liked best.
    pub preferred: Option<String>,
    /// Channel to address and whether it is confirmed.
    pub addresses: BTreeMap<String, (String, bool)>,
    /// Whether a login was proved on this device.
    pub proven: bool,
}

/// One thing that a person changes.
#[derive(Debug, Clone)]
pub enum Wish {
    /// Nothing but service messages any more; of these channels.
    Stop(Vec<String>),
    /// Channel, topic or "", frequency.
    Choose(String, String, Frequency),
    /// The channel liked best, or none.
    Preferred(Option<String>),
    /// Channel and address.
    Address(String, String, Confirmation),
    /// The channel's address goes.
    NoAddress(String),
}

/// How an address is confirmed.
#[derive(Debug, Clone)]
pub struct Confirmation {
    /// Goes out in a message; used only where nobody is logged in.
    pub token: String,
    /// The message's language.
    pub locale: String,
}

/// As kept and sent.
pub const fn name(frequency: Frequency) -> &'static str {
    match frequency {
        Frequency::Each => "each",
        Frequency::Daily => "daily",
        Frequency::Weekly => "weekly",
        Frequency::Monthly => "monthly",
        Frequency::Off => "off",
    }
}

fn parse(name: &str) -> Frequency {
    match name {
        "each" => Frequency::Each,
        "daily" => Frequency::Daily,
        "weekly" => Frequency::Weekly,
        "monthly" => Frequency::Monthly,
        _ => Frequency::Off,
    }
}

/// The keyed hash that is all that is left of an address whose owner objected.
pub fn suppression(key: &str, channel: &str, address: &str) -> [u8; 32] {
    let address = address.trim().to_lowercase();
    let text = format!("vitrine suppressed 1\n{channel}\n{address}");
    // HMAC takes keys of any length.
    Hmac::<Sha256>::new_from_slice(key.as_bytes())
        .map(|mac| mac.chain_update(text).finalize().into_bytes().into())
        .unwrap_or_default()
}

/// What holds, channel by channel.
pub fn fold(site: &Site, rows: &Rows) -> Preferences {
    let channel = |(id, of): (&String, &Declared)| {
        let topics = site.topics.iter().map(|(topic, said)| {
            let basis = said.basis.as_ref().or(of.basis.as_ref());
            let preference = TopicPreference {
                title: said.title.clone(),
                basis: basis.map_or("opt-in", String::as_str).to_owned(),
                notice: said.notice.clone().or_else(|| of.notice.clone()),
                frequency: frequency(rows, id, topic, basis.map_or("opt-in", String::as_str)),
            };
            (topic.clone(), preference)
        });
        let basis = of.basis.as_deref().unwrap_or("opt-in");
        let address = rows.addresses.get(id);
        let preference = ChannelPreference {
            title: of.title.clone(),
            basis: basis.to_owned(),
            notice: of.notice.clone(),
            frequency: frequency(rows, id, "", basis),
            address: address.map(|(address, _)| masked(address)),
            pending: address.is_some_and(|(_, confirmed)| !confirmed),
            topics: topics.collect(),
        };
        (id.clone(), preference)
    };
    Preferences {
        stopped: rows.stopped,
        preferred: rows.preferred.clone(),
        channels: site.channels.iter().map(channel).collect(),
    }
}

fn frequency(rows: &Rows, channel: &str, topic: &str, basis: &str) -> Frequency {
    let said = |topic: &str| rows.chosen.get(&(channel.to_owned(), topic.to_owned())).map(String::as_str);
    let of = |topic: &str| said(topic).map(parse);
    let whole = of("");
    match basis {
        "service" => Frequency::Each,
        _ if !rows.stopped && said("") == Some(SINGLY) => of(topic).unwrap_or(Frequency::Off),
        _ if rows.stopped || whole == Some(Frequency::Off) => Frequency::Off,
        // Silence allows only what the law allows without asking.
        "opt-in" => of(topic).or(whole).unwrap_or(Frequency::Off),
        _ => of(topic).or(whole).unwrap_or(Frequency::Each),
    }
}

/// `channels.*` as facts, once the person said anything: whether commercial messages may come, and what is liked best.
pub fn facts(site: &Site, rows: &Rows) -> BTreeMap<String, Value> {
    if rows.chosen.is_empty() && !rows.stopped && rows.preferred.is_none() {
        return BTreeMap::new();
    }
    let open = |of: &ChannelPreference| {
        let commercial = of.topics.values().filter(|topic| topic.basis != "service");
        let any = commercial.map(|topic| topic.frequency).any(|frequency| frequency != Frequency::Off);
        !of.pending && (any || of.basis != "service" && of.frequency != Frequency::Off)
    };
    let folded = fold(site, rows);
    let channels = folded.channels.iter().map(|(id, of)| (id.clone(), Value::Bool(open(of))));
    let preferred = folded.preferred.map(|channel| ("preferred".to_owned(), Value::Str(channel.as_str().into())));
    channels.chain(preferred).collect()
}

/// The first character, and an e-mail's domain; of numbers the last two digits.
fn masked(address: &str) -> String {
    let first: String = address.chars().take(1).collect();
    match address.split_once('@') {
        Some((_, domain)) => format!("{first}…@{domain}"),
        None => format!(
            "{first}…{}",
            address.chars().skip(1).collect::<Vec<_>>().iter().rev().take(2).rev().collect::<String>()
        ),
    }
}

/// Whether text can be an address of this channel.
pub fn sound(channel: &str, address: &str) -> bool {
    let plain = address.len() <= 254 && !address.chars().any(char::is_control);
    let mail = || {
        let (local, domain) = address.rsplit_once('@').unwrap_or_default();
        !local.is_empty() && domain.contains('.') && !address.contains(char::is_whitespace)
    };
    let number = || address.chars().filter(char::is_ascii_digit).count() >= 6;
    plain
        && match channel {
            "email" => mail(),
            "sms" | "phone" => number(),
            _ => true,
        }
}
