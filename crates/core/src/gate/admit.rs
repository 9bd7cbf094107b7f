//! Which events may be kept, what of them, and for which purposes.

use super::ga4;
use crate::io::Draft;
use crate::profile::traits::{OUT, VISITOR};
use crate::site::Site;
use crate::size;
use vitrine_wire::bundle::PropertyDecl;
use vitrine_wire::event::Origin;
use vitrine_wire::limits::{EVENT_BYTES, MESSAGE_ID_CHARS};
use vitrine_wire::{Code, Event, EventKind, Map, Millis, Purpose, PurposeSet, Value};

/// Events that Vitrine defines, and forms.
const RESERVED: [&str; 12] = [
    "Experience Viewed",
    "Experience Clicked",
    "Experience Dismissed",
    "Offer Shown",
    "Offer Clicked",
    "Offer Consumed",
    "Offer Dismissed",
    "Offer Cancelled",
    "Offer Expired",
    "Form Started",
    "Form Submitted",
    "Form Abandoned",
];
const RESERVED_PROPERTIES: [&str; 8] = ["experience", "variant", "slot", "unit", "bundle", "pressure", "offer", "form"];
const PAGE_PROPERTIES: [&str; 7] = ["name", "category", "type", "path", "title", "url", "referrer"];

/// An event that is sound and declared, and what it may serve.
#[derive(Debug)]
pub struct Sound {
    /// The event, without identity.
    pub event: Event,
    /// Properties that were left out.
    pub left_out: Vec<String>,
    serves: Serves,
}

/// The capability an event serves first, and whether measurement is enough for it.
#[derive(Debug, Clone, Copy)]
struct Serves {
    first: Purpose,
    measurement_alone: bool,
}

impl Sound {
    /// The purposes that the event is admitted for: one that serves the profile is sent only if measurement is granted
    /// too; a page view serves either.
    pub fn purposes(&self, granted: PurposeSet) -> PurposeSet {
        let measured = if granted.has(Purpose::Measurement) {
            PurposeSet::NONE.with(Purpose::Measurement)
        } else {
            PurposeSet::NONE
        };
        if granted.has(self.serves.first) {
            measured.with(self.serves.first)
        } else if self.serves.measurement_alone {
            measured
        } else {
            PurposeSet::NONE
        }
    }

    /// Whether a purpose that it could serve is among these.
    pub fn concerns(&self, purposes: PurposeSet) -> bool {
        !self.purposes(purposes).is_empty()
    }
}

/// Checks an event against the limits and the site's declarations.
///
/// # Errors
/// The code says which rule it breaks.
pub fn check(mut draft: Draft, at: Millis, context: Map, site: &Site) -> Result<Sound, Code> {
    let id_fits = |id: &str| id.chars().nth(MESSAGE_ID_CHARS - 1).is_none();
    if draft.message_id.is_empty() || !id_fits(&draft.message_id) || !id_fits(&draft.id) {
        return Err(Code::Id);
    }
    size::check(&draft.data)?;
    size::check(&context)?;
    let kind = draft.kind.unwrap_or(EventKind::Track);
    let with_traits = matches!(kind, EventKind::Identify | EventKind::Group);
    let mut serves = Serves { first: Purpose::Personalization, measurement_alone: false };
    let allowed = match kind {
        EventKind::Track => {
            if draft.name.is_empty() {
                return Err(Code::EventName);
            }
            if site.event(&draft.name).is_none()
                && let Some((name, data)) = ga4::translate(&draft.name, &draft.data)
            {
                (draft.name, draft.data) = (name.into(), data);
            }
            // Exposures are measured even where nothing is profiled.
            serves.measurement_alone = draft.name.starts_with("Experience ") && RESERVED.contains(&draft.name.as_str());
            match site.event(&draft.name) {
                Some(decl) => {
                    serves.first = decl.purpose;
                    Allowed::Properties(&decl.properties)
                }
                None if RESERVED.contains(&draft.name.as_str()) => Allowed::Names(&RESERVED_PROPERTIES),
                None => return Err(Code::EventUndeclared),
            }
        }
        EventKind::Page | EventKind::Screen => {
            serves.measurement_alone = true;
            Allowed::Names(&PAGE_PROPERTIES)
        }
        // A site that declares no trait at all leaves the choice to its pages.
        _ if site.rules().traits.is_empty() => Allowed::All,
        _ => Allowed::Traits(site),
    };
    let (data, left_out) = allowed.pick(draft.data);
    let mut event = Event {
        message_id: draft.message_id,
        kind,
        name: draft.name,
        timestamp: draft.timestamp.unwrap_or(at),
        anonymous_id: String::new(),
        user_id: String::new(),
        other_id: String::new(),
        properties: Map::new(),
        traits: Map::new(),
        context,
        origin: if draft.server_side { Origin::Server } else { Origin::Page },
    };
    event.timestamp = crate::time::clamp(event.timestamp);
    *(if with_traits { &mut event.traits } else { &mut event.properties }) = data;
    match kind {
        EventKind::Group => event.other_id = draft.id,
        EventKind::Identify | EventKind::Alias => event.user_id = draft.id,
        _ => {}
    }
    if let Some(proof) = draft.proof.filter(|_| kind == EventKind::Identify) {
        event.context.insert("vitrine", Map::of("proof", proof));
    } else if draft.corrects {
        event.context.insert("vitrine", Map::of("source", Value::from(VISITOR)));
    }
    if weight(&event) > EVENT_BYTES {
        return Err(Code::EventTooLarge);
    }
    Ok(Sound { event, left_out, serves })
}

/// An event's bytes as JSON, keys and ids included.
pub fn weight(event: &Event) -> usize {
    let maps = [&event.properties, &event.traits, &event.context].into_iter().map(size::members).sum::<usize>();
    let texts = [&event.message_id, &event.name, &event.anonymous_id, &event.user_id, &event.other_id];
    maps + texts.into_iter().map(|t| size::string(t)).sum::<usize>() + 160
}

enum Allowed<'a> {
    All,
    Names(&'a [&'a str]),
    Properties(&'a [PropertyDecl]),
    Traits(&'a Site),
}

impl Allowed<'_> {
    fn has(&self, name: &str) -> bool {
        match self {
            Allowed::All => true,
            Allowed::Names(names) => names.contains(&name),
            Allowed::Properties(decls) => decls.iter().any(|d| d.name == name),
            Allowed::Traits(site) => match name.strip_prefix(OUT) {
                Some(segment) => site.find(segment).is_some(),
                None => site.rules().traits.iter().any(|d| d.name == name),
            },
        }
    }

    fn pick(&self, mut data: Map) -> (Map, Vec<String>) {
        let mut left_out = Vec::new();
        if !matches!(self, Allowed::All) {
            let strange = data.iter().map(|(name, _)| name).filter(|name| !self.has(name));
            left_out.extend(strange.map(str::to_owned));
            data.retain(&|name| self.has(name));
            strip(&mut data);
        }
        (data, left_out)
    }
}

/// Addresses lose their query and fragment: they may hold what nobody declared.
fn strip(data: &mut Map) {
    for name in ["url", "referrer"] {
        if let Some(Value::Str(url)) = data.get_mut(name) {
            url.truncate(url.find(['?', '#']).unwrap_or(url.len()));
        }
    }
}

/// The parts of the page's facts that go with each event: page, campaign and referrer.
pub fn context(facts: &Value) -> Map {
    let mut context = Map::new();
    let mut page = Map::new();
    if let Some(Value::Map(all)) = facts.get("page") {
        page = all.clone();
        page.retain(&|name| PAGE_PROPERTIES.contains(&name));
        strip(&mut page);
    }
    let mut campaign = Map::new();
    for (name, path) in [("name", "query.utm_campaign"), ("source", "query.utm_source"), ("medium", "query.utm_medium")]
    {
        if let Some(value) = facts.at(path) {
            campaign.insert(name, value.clone());
        }
    }
    let mut referrer = Map::new();
    if let Some(host) = facts.at("referrer.host") {
        referrer.insert("host", host.clone());
    }
    for (name, part) in [("page", page), ("campaign", campaign), ("referrer", referrer)] {
        if !part.is_empty() {
            context.insert(name, part);
        }
    }
    context
}
